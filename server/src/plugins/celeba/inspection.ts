import { join } from 'node:path';
import type { Problem } from '../../protocol/errors.js';
import type { Files } from '../files.js';
import { IDENTITY_FILES, IMAGE_FOLDERS, PARTITION_FILES, TABLE_ROW } from './layout.js';

interface CelebaParams {
  readonly root: string;
  readonly images?: string;
  readonly identities?: string;
  readonly partition: string;
}

/** Enough for a header and a row. */
const START = 400;

/** What is missing in a folder that should hold CelebA, or of another kind than CelebA's. */
export async function inspectCeleba(params: CelebaParams, files: Files): Promise<readonly Problem[]> {
  const { root, partition } = params;
  const problems: Problem[] = [];
  const first = async (names: readonly string[], kind: 'file' | 'folder') => {
    for (const name of names) if ((await files.kindOf(join(root, name))) === kind) return join(root, name);
    return undefined;
  };
  if (!params.images && !(await first(IMAGE_FOLDERS, 'folder'))) {
    const hint = 'It takes img_align_celeba, img_celeba or images; or say where with `images:`.';
    problems.push({ ...unfit(`${root} has no folder of images`, ['root']), hint });
  }
  const identities = params.identities ?? (await first(IDENTITY_FILES, 'file'));
  if (identities)
    problems.push(...(await inspectTable(identities, params.identities ? ['identities'] : ['root'], files)));
  else
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
async function inspectTable(file: string, specPath: string[], files: Files): Promise<Problem[]> {
  const rows = ((await files.readStart(file, START)) ?? '').split(/\r?\n/).slice(0, 2);
  if (rows.some((row) => TABLE_ROW.test(row))) return [];
  const message = `${file} is no identity file: expected "000001.jpg 2880", found "${rows[0].slice(0, 60)}"`;
  return [{ ...unfit(message, specPath), hint: 'Use the file as CelebA or Kaggle publishes it.' }];
}

function unfit(message: string, specPath: string[]): Problem {
  return { code: 'files-unfit', message, specPath };
}
