import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset, ImageEntry, Listing } from '../../plugins/declare.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { imageId } from './image-id.js';
import { readLines } from './read-lines.js';

/** Where CelebA's images lie, of the official archives and of Kaggle's, which nests a folder in itself. */
const IMAGE_FOLDERS = ['img_align_celeba/img_align_celeba', 'img_align_celeba', 'img_celeba', 'images'];
const IDENTITY_FILES = ['identity_CelebA.txt', 'identity_CelebA.csv'];
const PARTITION_FILES = ['list_eval_partition.txt', 'list_eval_partition.csv'];
/** Numbers of the partitions in the file (facts §G). */
const PARTITIONS = { train: '0', val: '1', test: '2' } as const;

export interface CelebaOptions {
  readonly root: string;
  readonly images?: string;
  readonly identities?: string;
  readonly partition: 'all' | keyof typeof PARTITIONS;
}

/**
 * CelebA as it is published, or as Kaggle repackages it. The identity file names all 202,599 images; where the
 * folder holds fewer, those that it does not hold are missing.
 */
export class CelebaDataset implements Dataset {
  constructor(private readonly options: CelebaOptions) {}

  async list(): Promise<Result<Listing>> {
    const folder = await this.imageFolder();
    if (!folder.ok) return folder;
    const identities = await this.identities();
    if (!identities.ok) return identities;
    const wanted = await this.wanted();
    if (!wanted.ok) return wanted;
    const names = [...identities.value.keys()].filter(
      (name) => !wanted.value || wanted.value.get(name) === this.number,
    );
    return ok(await listNamed(folder.value, names, identities.value));
  }

  private get number(): string | undefined {
    return this.options.partition === 'all' ? undefined : PARTITIONS[this.options.partition];
  }

  private async imageFolder(): Promise<Result<string>> {
    const { root, images } = this.options;
    const candidates = images ? [images] : IMAGE_FOLDERS.map((name) => join(root, name));
    const found = await firstThatIs(candidates, 'isDirectory');
    if (found) return ok(found);
    const hint = 'It takes img_align_celeba, img_celeba or images; or say where with "images:".';
    return fail('celeba-images-missing', `${root} has no folder of images`, { hint, specPath: ['dataset', 'root'] });
  }

  private async identities(): Promise<Result<Map<string, string>>> {
    const { root, identities } = this.options;
    const candidates = identities ? [identities] : IDENTITY_FILES.map((name) => join(root, name));
    const file = await firstThatIs(candidates, 'isFile');
    if (file) return readTable(file, 'identity');
    const hint = 'It is part of CelebA’s download (Anno); or say where with "identities:".';
    return fail('celeba-identities-missing', `${root} has no identity_CelebA.txt`, {
      hint,
      specPath: ['dataset', 'root'],
    });
  }

  /** The partition of each image, or null where all are wanted. */
  private async wanted(): Promise<Result<Map<string, string> | null>> {
    if (this.number === undefined) return ok(null);
    const file = await firstThatIs(
      PARTITION_FILES.map((name) => join(this.options.root, name)),
      'isFile',
    );
    if (file) return readTable(file, 'partition');
    const hint = 'Put it beside identity_CelebA.txt, or use "partition: all".';
    return fail('celeba-partition-missing', `${this.options.root} has no list_eval_partition.txt`, { hint });
  }
}

async function firstThatIs(paths: readonly string[], kind: 'isFile' | 'isDirectory'): Promise<string | undefined> {
  for (const path of paths) {
    const found = await stat(path).catch(() => undefined);
    if (found?.[kind]()) return path;
  }
  return undefined;
}

/** One directory listing instead of 202,599 look-ups. */
async function listNamed(
  folder: string,
  names: readonly string[],
  identities: ReadonlyMap<string, string>,
): Promise<Listing> {
  const present = new Set((await readdir(folder)).map((name) => name.normalize('NFC')));
  const images: ImageEntry[] = [];
  const missing: string[] = [];
  for (const name of names) {
    const id = imageId(name);
    if (present.has(id)) images.push({ id, file: join(folder, name), identity: identities.get(name) ?? null });
    else missing.push(id);
  }
  return { images, missing };
}

/** `file value` separated by white space, or `file,value` under a header (Kaggle). */
const ROW = /^\s*(\S+\.(?:jpe?g|png))\s*[\s,]\s*"?(\d+)"?\s*$/i;

/** Reads CelebA's two-column tables. Of a file that is named twice with two values nothing can be said: it is refused. */
async function readTable(file: string, column: string): Promise<Result<Map<string, string>>> {
  const lines = await readLines(file);
  if (!lines.ok) return lines;
  const table = new Map<string, string>();
  const header = lines.value[0]?.includes(',') && !ROW.test(lines.value[0]) ? 1 : 0;
  for (let n = header; n < lines.value.length; n++) {
    const line = lines.value[n];
    const row = ROW.exec(line);
    if (!row) {
      if (line.trim() === '') continue;
      return wrongFormat(file, n, column, line);
    }
    const [, name, value] = row;
    if ((table.get(name) ?? value) !== value) return contradiction(file, n, column, name);
    table.set(name, value);
  }
  return ok(table);
}

function wrongFormat(file: string, n: number, column: string, line: string): Result<never> {
  const shown = line.length > 60 ? `${line.slice(0, 60)}…` : line;
  return fail('celeba-format', `${file}:${n + 1}: expected "000001.jpg ${column}-number", found "${shown}"`, {
    hint: 'Use the file as CelebA or Kaggle publishes it.',
  });
}

function contradiction(file: string, n: number, column: string, name: string): Result<never> {
  return fail('celeba-contradiction', `${file}:${n + 1}: ${name} is named before with another ${column}`, {
    hint: 'Remove one of the two lines.',
  });
}
