import type { ImageEntry } from '../../plugins/declare.js';

export interface HashedImage extends ImageEntry {
  /** SHA-256 of the file's content. */
  readonly hash: string;
}

type Photograph = Pick<HashedImage, 'id' | 'hash'>;

/**
 * Whether an image is a query's own: the photograph itself, or a copy of it by content, under whatever name. Whoever
 * looks for other photographs (accuracy, thresholds, protection, retrieval) leaves all of these out.
 */
export function isOwn(source: Photograph, image: Photograph): boolean {
  return image.id === source.id || image.hash === source.hash;
}

/** Which rows of a list of images are each query's own: the photograph itself first, where it is there. */
export function ownRows(images: readonly Photograph[], sources: readonly Photograph[]): readonly (readonly number[])[] {
  // Of millions of images only those that queries are about are looked up.
  const byId = new Map(sources.map(({ id }): [string, number[]] => [id, []]));
  const byHash = new Map(sources.map(({ hash }): [string, number[]] => [hash, []]));
  for (const [row, { id, hash }] of images.entries()) {
    byId.get(id)?.push(row);
    byHash.get(hash)?.push(row);
  }
  return sources.map(({ id, hash }) => [...new Set([...(byId.get(id) ?? []), ...(byHash.get(hash) ?? [])])]);
}

/** Who has which photographs among some images; copies are one. */
export class Partners {
  private readonly contents = new Map<string, Set<string>>();

  constructor(images: readonly HashedImage[]) {
    for (const { identity, hash } of images) {
      if (identity === null) continue;
      const own = this.contents.get(identity);
      if (own) own.add(hash);
      else this.contents.set(identity, new Set([hash]));
    }
  }

  /** Whether another photograph of the same identity is there. */
  has({ identity, hash }: HashedImage): boolean {
    const contents = identity === null ? undefined : this.contents.get(identity);
    return contents !== undefined && contents.size > (contents.has(hash) ? 1 : 0);
  }
}

/** Images by content, those of one content in the order in which they are listed. */
export function byContent<T extends Pick<HashedImage, 'hash'>>(images: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const image of images) {
    const group = groups.get(image.hash);
    if (group) group.push(image);
    else groups.set(image.hash, [image]);
  }
  return groups;
}

/** The images of each content that several have, and how many contents there are. */
export function copiesAmong<T extends Pick<HashedImage, 'hash'>>(images: readonly T[]) {
  // Of millions of images few have a copy: only for those there is a list.
  const firsts = new Map<string, T>();
  const copies = new Map<string, T[]>();
  for (const image of images) {
    const first = firsts.get(image.hash);
    if (!first) firsts.set(image.hash, image);
    else {
      const group = copies.get(image.hash);
      if (group) group.push(image);
      else copies.set(image.hash, [first, image]);
    }
  }
  return { copies: [...copies.values()], contents: firsts.size };
}
