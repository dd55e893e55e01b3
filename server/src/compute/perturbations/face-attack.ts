import type { ImageEntry, ListedPhotograph, Perturbation, Perturbed, WorkContext } from '../../plugins/declare.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import type { FaceLocator } from '../faces/locator.js';
import type { RgbImage } from '../images/decode.js';
import { encodePng } from '../images/png.js';
import { Random } from '../random.js';
import { type Opened, openPhotograph, type Photograph } from './photograph.js';

/** Perturbs photographs in which a face was found. */
export interface BatchAttack {
  readonly batchSize: number;
  /** Photographs of their own sizes, in order; a problem for each that it cannot perturb. */
  perturb(photographs: readonly Photograph[], context: WorkContext): Promise<readonly Result<RgbImage>[]>;
  close(): Promise<void>;
}

/** The way from files to PNGs around an attack. */
export class FaceAttack implements Perturbation {
  readonly batchSize: number;

  constructor(
    readonly suffix: string,
    private readonly locator: FaceLocator,
    private readonly attack: BatchAttack,
  ) {
    this.batchSize = attack.batchSize;
  }

  async perturb(batch: readonly ListedPhotograph[], context: WorkContext): Promise<Result<readonly Perturbed[]>> {
    const opened: Opened[] = [];
    for (const entry of batch) {
      context.signal.throwIfAborted();
      opened.push(await this.open(entry));
    }
    const photographs = opened.flatMap((one) => ('photograph' in one ? [one.photograph] : []));
    const perturbed = photographs.length > 0 ? await this.attack.perturb(photographs, context) : [];
    const saved = await Promise.all(perturbed.map(save));
    let next = 0;
    return ok(opened.map((one) => ('photograph' in one ? saved[next++] : one.outcome)));
  }

  async close(): Promise<void> {
    await this.locator.close();
    await this.attack.close();
  }

  protected open(entry: ListedPhotograph): Promise<Opened> {
    return openPhotograph(entry, this.locator);
  }
}

/** At whom an attack aims: at somebody else, drawn for each photograph, or at the identity of that name. */
export interface Aim {
  readonly at: true | string;
  readonly seed: number;
}

/** So many photographs of somebody else are drawn: the first in which a face is found is the target. */
const DRAWN = 3;

/** An attack that moves each photograph towards one of somebody else. */
export class AimedFaceAttack extends FaceAttack {
  /** Photographs to aim at by content, and each photograph's hash by its id. */
  private candidates: readonly ListedPhotograph[] = [];
  private hashes: ReadonlyMap<string, string> = new Map();

  constructor(
    suffix: string,
    locator: FaceLocator,
    attack: BatchAttack,
    private readonly aim: Aim,
  ) {
    super(suffix, locator, attack);
  }

  async expect(images: readonly ListedPhotograph[], all = images): Promise<void> {
    const known = all.filter(({ identity }) => identity !== null && (this.aim.at === true || identity === this.aim.at));
    this.candidates = known.toSorted((a, b) => (a.hash < b.hash ? -1 : Number(a.hash > b.hash)));
    this.hashes = new Map([...all, ...images].map(({ id, hash }) => [id, hash]));
  }

  /** Whom it is moved towards decides about a photograph's outcome. */
  async stampOf(image: ImageEntry): Promise<string> {
    const drawn = this.drawFor({ ...image, hash: this.hashes.get(image.id) ?? '' });
    return drawn.map(({ hash }) => hash).join('-') || 'nobody';
  }

  protected override async open(entry: ListedPhotograph): Promise<Opened> {
    const opened = await super.open(entry);
    if (!('photograph' in opened)) return opened;
    for (const target of this.drawFor(entry)) {
      const found = await super.open(target);
      if ('photograph' in found) return { photograph: { ...opened.photograph, towards: found.photograph } };
    }
    const whom = this.aim.at === true ? 'anybody else' : `anybody of the identity "${this.aim.at}" but itself`;
    const hint = 'Check the name, and that the data set says whose each image is.';
    const { problem } = fail('target-missing', `The data set shows no face of ${whom} to move it towards`, { hint });
    return { outcome: { kind: 'failed', problem } };
  }

  private drawFor({ identity, hash }: ListedPhotograph): ListedPhotograph[] {
    const random = new Random(this.aim.seed, 'target', hash);
    const drawn: ListedPhotograph[] = [];
    for (let attempt = 0; attempt < 30 * DRAWN && drawn.length < DRAWN && this.candidates.length > 0; attempt++) {
      const candidate = random.pick(this.candidates);
      if (candidate.identity !== identity && candidate.hash !== hash && !drawn.includes(candidate))
        drawn.push(candidate);
    }
    return drawn;
  }
}

async function save(result: Result<RgbImage>): Promise<Perturbed> {
  if (!result.ok) return { kind: 'failed', problem: result.problem };
  return { kind: 'perturbed', png: await encodePng(result.value) };
}

/** Why a photograph has no perturbed version where a surrogate's gradient overflows. */
export function gradientNotFinite(): Result<never> {
  const hint = 'Use another surrogate, or export this one in float32.';
  return fail('gradient-not-finite', 'A surrogate’s gradient is not finite for it', { hint });
}
