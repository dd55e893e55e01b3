import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { IDENTITY_FILES, IMAGE_FOLDERS, PARTITION_FILES, stemOf } from '../../plugins/celeba/layout.js';
import type { Dataset, ImageEntry, Listing } from '../../plugins/declare.js';
import { type Failure, fail, ok, type Result } from '../../protocol/errors.js';
import { isImageName } from '../../protocol/images/image-endings.js';
import { readCelebaTable } from './celeba-table.js';
import { imageId } from './image-id.js';
import { readFolder } from './read-folder.js';

/** Numbers of the partitions in the file (docs/constants.md). */
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
    const names = await this.ofPartition([...identities.value.keys()]);
    return names.ok ? listNamed(folder.value, names.value, identities.value) : names;
  }

  private async imageFolder(): Promise<Result<string>> {
    const { root, images } = this.options;
    const candidates = images ? [images] : IMAGE_FOLDERS.map((name) => join(root, name));
    const found = await firstThatIs(candidates, 'isDirectory');
    if (found) return ok(found);
    const hint = 'It takes img_align_celeba, img_celeba or images; or say where with "images:".';
    return this.absent(
      'celeba-images-missing',
      images ? `There is no folder ${images}` : `${root} has no folder of images`,
      hint,
    );
  }

  private async identities(): Promise<Result<Map<string, string>>> {
    const { root, identities } = this.options;
    const candidates = identities ? [identities] : IDENTITY_FILES.map((name) => join(root, name));
    const file = await firstThatIs(candidates, 'isFile');
    if (file) return readCelebaTable(file, 'identity');
    const hint = 'It is part of CelebA’s download (Anno); or say where with "identities:".';
    return this.absent(
      'celeba-identities-missing',
      identities ? `There is no file ${identities}` : `${root} has no identity_CelebA.txt`,
      hint,
    );
  }

  /** Those of the names that are in the partition, of which the partition file must know every one. */
  private async ofPartition(names: string[]): Promise<Result<string[]>> {
    const { root, partition } = this.options;
    if (partition === 'all') return ok(names);
    const candidates = PARTITION_FILES.map((name) => join(root, name));
    const file = await firstThatIs(candidates, 'isFile');
    if (!file) {
      const hint = 'Put it beside identity_CelebA.txt, or use "partition: all".';
      return this.absent('celeba-partition-missing', `${root} has no list_eval_partition.txt`, hint);
    }
    const table = await readCelebaTable(file, 'partition');
    if (!table.ok) return table;
    const unknown = names.find((name) => !table.value.has(name));
    if (unknown === undefined) return ok(names.filter((name) => table.value.get(name) === PARTITIONS[partition]));
    const hint = 'Use the file as CelebA publishes it, or "partition: all".';
    return fail('celeba-partition-incomplete', `${file} does not name ${unknown}, as the identity file does`, { hint });
  }

  /** Something is not there; unless the folder that it should be in cannot be read, which is another matter. */
  private async absent(code: string, what: string, hint: string): Promise<Failure> {
    const root = await readFolder(this.options.root);
    if (!root.ok) return root;
    return fail(code, what, { hint, specPath: ['dataset', 'root'] });
  }
}

async function firstThatIs(paths: readonly string[], kind: 'isFile' | 'isDirectory'): Promise<string | undefined> {
  for (const path of paths) {
    const found = await stat(path).catch(() => undefined);
    if (found?.[kind]()) return path;
  }
  return undefined;
}

/**
 * One directory listing instead of 202,599 look-ups. A name whose ending is another one in the folder, or in another
 * case, is found by what stands before it.
 */
async function listNamed(
  folder: string,
  names: readonly string[],
  identities: ReadonlyMap<string, string>,
): Promise<Result<Listing>> {
  const entries = await readFolder(folder);
  if (!entries.ok) return entries;
  const present = new Map(entries.value.map(({ name }) => [imageId(name), name]));
  const byStem = new Map([...present].filter(([id]) => isImageName(id)).map(([id, name]) => [stemOf(id), name]));
  const images: ImageEntry[] = [];
  const missing: string[] = [];
  for (const id of names) {
    const name = present.get(id) ?? byStem.get(stemOf(id));
    if (name === undefined) missing.push(id);
    else images.push({ id, file: join(folder, name), identity: identities.get(id) ?? null });
  }
  const [other] = byStem.values();
  if (images.length > 0 || names.length === 0 || other === undefined) return ok({ images, missing });
  const message = `${folder} has none of the ${names.length} images that the identity file names: it names ${names[0]}, the folder holds ${other}`;
  return fail('celeba-names', message, { hint: 'Use images and identities of one archive.' });
}
