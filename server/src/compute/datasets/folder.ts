import type { Dirent } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import type { Dataset, ImageEntry, ListContext, Listing } from '../../plugins/declare.js';
import { type Failure, fail, ok, type Result } from '../../protocol/errors.js';
import { isImageName, isPassedOver } from '../../protocol/images/image-endings.js';
import { imageId } from './image-id.js';
import { readFolder } from './read-folder.js';
import { withIdentities } from './with-identities.js';

export interface FolderOptions {
  readonly root: string;
  readonly identities: 'folders' | 'none';
  /** Whose an image is, by its path, where that is not its topmost folder. */
  readonly identity?: string;
}

/**
 * A folder in which each folder holds one identity's images, at any depth; images beside them have none. Missing
 * are links that lead nowhere, and identities without an image, as `name/`. `identities: none` says that folders are no
 * people: nobody knows whose the images are. With a pattern they are not either: it alone says.
 */
export class FolderDataset implements Dataset {
  constructor(private readonly options: FolderOptions) {}

  async list({ signal }: Pick<ListContext, 'signal'>): Promise<Result<Listing>> {
    const { root, identities, identity: pattern } = this.options;
    const listing = await new FolderWalk(root, signal).list();
    if (!listing.ok || (identities === 'folders' && pattern === undefined)) return listing;
    // A folder without an image is nobody who is missing.
    const missing = listing.value.missing.filter((id) => !id.endsWith('/'));
    const { images } = listing.value;
    if (identities === 'folders' && pattern !== undefined) {
      const named = withIdentities(pattern, images);
      return named.ok ? ok({ ...listing.value, missing, ...named.value }) : named;
    }
    return ok({ ...listing.value, missing, images: images.map((image) => ({ ...image, identity: null })) });
  }
}

/** One way through a folder. Each folder is entered once, so that a loop of links ends. */
class FolderWalk {
  private readonly images: ImageEntry[] = [];
  private readonly missing: string[] = [];
  private readonly passedOver: string[] = [];
  /** Names of the topmost folders. */
  private readonly identities = new Set<string>();
  private readonly visited = new Set<string>();
  /** Links to folders, which wait until the folders inside the root are known by their own names. */
  private readonly links: string[] = [];

  constructor(
    private readonly root: string,
    private readonly signal: AbortSignal,
  ) {}

  async list(): Promise<Result<Listing>> {
    let failed = await this.enter(this.root);
    for (const link of this.links) failed ??= await this.follow(link);
    failed ??= this.ambiguity();
    if (failed) return failed;
    const withImages = new Set(this.images.map(({ identity }) => identity));
    const empty = [...this.identities].filter((name) => !withImages.has(name)).map((name) => `${name}/`);
    return ok({ images: this.images, missing: [...this.missing, ...empty], passedOver: this.passedOver });
  }

  private async enter(folder: string): Promise<Failure | undefined> {
    this.signal.throwIfAborted();
    const real = await realpath(folder).catch(() => folder);
    if (this.visited.has(real)) return undefined;
    this.visited.add(real);
    const entries = await readFolder(folder);
    if (!entries.ok) return { ok: false, problem: { ...entries.problem, specPath: ['dataset', 'root'] } };
    for (const entry of entries.value) {
      const failed = entry.name.startsWith('.') ? undefined : await this.take(entry, join(folder, entry.name));
      if (failed) return failed;
    }
    return undefined;
  }

  private async take(entry: Dirent, path: string): Promise<Failure | undefined> {
    const target = entry.isSymbolicLink() ? await stat(path).catch(() => undefined) : entry;
    const id = imageId(relative(this.root, path));
    if (!target) this.missing.push(id);
    else if (target.isDirectory()) {
      if (!id.includes('/')) this.identities.add(id);
      if (!entry.isSymbolicLink()) return this.enter(path);
      this.links.push(path);
    } else if (isImageName(entry.name)) {
      if (target.isFile()) this.images.push({ id, file: path, identity: identityOf(id) });
      else this.missing.push(id);
    } else if (target.isFile() && isPassedOver(entry.name)) this.passedOver.push(id);
    return undefined;
  }

  /** A link to a folder that it stands in shows nothing new, and what stands beside the root is not in the set. */
  private async follow(link: string): Promise<Failure | undefined> {
    const [target, place] = await Promise.all([realpath(link), realpath(dirname(link))]);
    return contains(target, place) ? undefined : this.enter(link);
  }

  /** File systems tell names apart that ids do not: é as one character, and as e with an accent. */
  private ambiguity(): Failure | undefined {
    const files = new Map<string, string>();
    for (const { id, file } of this.images) {
      const other = files.get(id);
      if (other) return fail('folder-ambiguous', `${other} and ${file} are one name`, { hint: 'Rename one of them.' });
      files.set(id, file);
    }
    return undefined;
  }
}

function identityOf(id: string): string | null {
  const slash = id.indexOf('/');
  return slash < 0 ? null : id.slice(0, slash);
}

function contains(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way.split(sep)[0] !== '..' && !isAbsolute(way);
}
