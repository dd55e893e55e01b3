import { join } from 'node:path';
import { isImageName } from '../../protocol/images/image-endings.js';
import type { UnfitFiles } from '../declare.js';
import type { Files } from '../files.js';
import { IDENTITY_FILES, IMAGE_FOLDERS, PARTITION_FILES, stemOf, TABLE_ROW } from './layout.js';

interface CelebaParams {
  readonly root: string;
  readonly images?: string;
  readonly identities?: string;
  readonly partition: string;
}

/** Enough for a header and some rows. */
const START = 2000;
/** Of a folder with so many files the first names say nothing of which there are. */
const LARGE_FOLDER = 1000;

/** What is missing in a folder that should hold CelebA, or of another kind than CelebA's. */
export async function inspectCeleba(params: CelebaParams, files: Files): Promise<readonly UnfitFiles[]> {
  const { root, partition } = params;
  const problems: UnfitFiles[] = [];
  const first = async (names: readonly string[], kind: 'file' | 'folder') => {
    for (const name of names) if ((await files.kindOf(join(root, name))) === kind) return join(root, name);
    return undefined;
  };
  const images = params.images ?? (await first(IMAGE_FOLDERS, 'folder'));
  if (!images) {
    const hint = 'It takes img_align_celeba, img_celeba or images; or say where with `images:`.';
    problems.push({ ...unfit(`${root} has no folder of images`, ['root']), hint });
  }
  const identities = params.identities ?? (await first(IDENTITY_FILES, 'file'));
  if (identities) {
    problems.push(...(await inspectTable(identities, params.identities ? ['identities'] : ['root'], files)));
    if (images && problems.length === 0) problems.push(...(await inspectNames(params, images, identities, files)));
  } else
    problems.push({
      ...unfit(`${root} has no identity_CelebA.txt`, ['root']),
      hint: 'It is part of CelebA’s download.',
    });
  if (partition !== 'all' && !(await first(PARTITION_FILES, 'file'))) {
    problems.push({ ...unfit(`${root} has no list_eval_partition.txt`, ['partition']), hint: 'Use `partition: all`.' });
  }
  return problems;
}

/** Of the first rows one must be `000001.jpg 2880`: the first may be a header. */
async function inspectTable(file: string, specPath: string[], files: Files): Promise<UnfitFiles[]> {
  const rows = ((await files.readStart(file, START)) ?? '').split(/\r?\n/).slice(0, 2);
  if (rows.some((row) => TABLE_ROW.test(row))) return [];
  const message = `${file} is no identity file: expected "000001.jpg 2880", found "${shown(rows[0] ?? '')}"`;
  return [{ ...unfit(message, specPath), hint: 'Use the file as CelebA or Kaggle publishes it.' }];
}

/** Whether what the table names first and what the folder holds are names of one kind. */
async function inspectNames(
  { images }: CelebaParams,
  folder: string,
  table: string,
  files: Files,
): Promise<UnfitFiles[]> {
  const rows = ((await files.readStart(table, START)) ?? '').split(/\r?\n/);
  const named = rows.flatMap((row) => TABLE_ROW.exec(row)?.[1] ?? []);
  const held = (await files.list(folder)).flatMap(({ name, kind }) =>
    kind === 'file' && isImageName(name) ? name : [],
  );
  const specPath = [images ? 'images' : 'root'];
  if (held.length === 0) return [];
  const stems = new Set(held.map((name) => stemOf(name).normalize('NFC')));
  if (named.length === 0 || named.some((name) => stems.has(stemOf(name).normalize('NFC')))) return [];
  const message = `${table} names ${named[0]} and such, ${folder} holds ${held[0]}`;
  const hint = 'Use images and identities of one archive.';
  // A part of the images may lie there, of which the table's first rows know nothing.
  return [{ ...unfit(message, specPath), hint, severity: held.length > LARGE_FOLDER ? 'error' : 'warning' }];
}

function unfit(message: string, specPath: string[]): UnfitFiles {
  return { code: 'files-unfit', message, specPath };
}

/** What a file holds may be anything: no control characters, and little of it. */
function shown(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '·').slice(0, 60);
}
