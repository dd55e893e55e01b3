import { itemAt } from '../protocol/item-at.js';
import type { HashedImage } from '../runner/stages/list-images.js';

/** What is known of a row of an index. */
export interface Entry {
  /** As clip-retrieval names them: `image_path`, `caption`, `url`, … */
  readonly columns: Readonly<Record<string, string | number | boolean>>;
  /** Absolute path of the image, where it is on this machine and may be shown. */
  readonly file?: string;
}

/** What is behind the rows of an index. */
export interface Entries {
  readonly count: number;
  /** `row` is below `count`. */
  of(row: number): Promise<Entry>;
  close(): Promise<void>;
}

/** A data set's images: `image_path` is relative to it, and `caption` whose they are, where that is known. */
export class ImageEntries implements Entries {
  private readonly rows: ReadonlyMap<string, number>;
  private readonly byHash: ReadonlyMap<string, readonly number[]>;

  constructor(readonly images: readonly HashedImage[]) {
    this.rows = new Map(images.map(({ id }, row) => [id, row]));
    const byHash = new Map<string, number[]>();
    for (const [row, { hash }] of images.entries()) byHash.set(hash, [...(byHash.get(hash) ?? []), row]);
    this.byHash = byHash;
  }

  get count(): number {
    return this.images.length;
  }

  async of(row: number): Promise<Entry> {
    const { id, identity, file } = itemAt(this.images, row);
    return { columns: { image_path: id, ...(identity !== null && { caption: identity }) }, file };
  }

  /** The row of an image; undefined where it is none of these. */
  rowOf(id: string): number | undefined {
    return this.rows.get(id);
  }

  /** The rows of images with these bytes, under whatever name. */
  copiesOf(hash: string): ReadonlySet<number> {
    return new Set(this.byHash.get(hash));
  }

  async close(): Promise<void> {}
}
