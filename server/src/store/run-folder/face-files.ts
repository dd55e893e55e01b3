import { join } from 'node:path';
import { FaceRows } from '../face-rows.js';
import { fileNameOf } from '../file-names.js';
import { readRunBytes, UnusableFile } from './run-files.js';
import { isExpected, writeRunFile } from './sound-files.js';

/**
 * Which faces a file is of: a model's, in the photographs as they are, a row for each line of `images.jsonl`; or in one
 * version of the queries, a row for each line of `queries.jsonl`.
 */
interface WhoseFaces {
  readonly model: string;
  readonly version: string;
}

const ORIGINAL = 'original';

export async function writeFaces(runFolder: string, whose: WhoseFaces, faces: FaceRows): Promise<void> {
  await writeRunFile(runFolder, faceFile(whose), ...faces.encode());
}

/** Undefined where the run kept none. Throws `UnusableFile`. */
export async function readFaces(runFolder: string, whose: WhoseFaces): Promise<FaceRows | undefined> {
  const file = join(runFolder, faceFile(whose));
  if (!(await isExpected(file))) return undefined;
  const faces = FaceRows.decode(await readRunBytes(file));
  if (!faces) throw new UnusableFile(`${file} does not say where faces are`);
  return faces;
}

function faceFile({ model, version }: WhoseFaces): string {
  const suffix = version === ORIGINAL ? '' : `-${fileNameOf(version).replaceAll('-', '%2D')}`;
  return `faces-${fileNameOf(model)}${suffix}.npy`;
}
