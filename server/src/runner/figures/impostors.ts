import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { itemAt } from '../../protocol/item-at.js';
import { sha256 } from '../../store/files.js';

interface Photograph {
  readonly id: string;
  readonly identity: string | null;
}

/** Photographs of other people, as a control: what does a test say of somebody who was not looked for? */
export class Impostors<P extends Photograph> {
  private readonly known: readonly P[];
  private readonly identities: ReadonlySet<string | null>;

  constructor(
    photographs: readonly P[],
    private readonly seed: number,
  ) {
    this.known = photographs.filter(({ identity }) => identity !== null);
    this.identities = new Set(this.known.map(({ identity }) => identity));
  }

  /** One of another identity, the same for the same seed and photograph; none where that of either is unknown. */
  drawFor({ id, identity }: Photograph): P | undefined {
    const others = this.identities.size - (this.identities.has(identity) ? 1 : 0);
    if (identity === null || others === 0) return undefined;
    const digest = Buffer.from(sha256(JSON.stringify([this.seed, 'stranger', id])), 'hex');
    const generator = xoroshiro128plus(digest.readInt32LE(0));
    for (;;) {
      const drawn = itemAt(this.known, uniformInt(generator, 0, this.known.length - 1));
      if (drawn.identity !== identity) return drawn;
    }
  }
}
