/** An image of the data set; its content's hash where that is known, and what tells it from others in any case. */
export interface PlannedImage {
  readonly hash?: string;
  readonly token: string;
  /** Whose it is, where the data set was listed. */
  readonly identity?: string | null;
  /** Where it was not, what tells its person from others. */
  readonly person?: string;
  /** Of a version the hash of what it was made of. */
  readonly original?: string;
}
/** Work that several experiments share, which the first of them does. */
export class SharedWork {
  private readonly done = new Map<string, Set<string>>();

  /** How many of these images are to be computed under a key that no experiment before these computes; from now on, none. */
  claim(key: string, images: readonly PlannedImage[]): number {
    const done = this.done.get(key) ?? new Set();
    this.done.set(key, done);
    const before = done.size;
    for (const { token } of images) done.add(token);
    return done.size - before;
  }
}
