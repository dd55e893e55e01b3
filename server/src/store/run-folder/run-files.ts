import type { z } from 'zod';
import { decodeNpy, type NpyArray } from '../npy.js';
import { linesOf, UnfitFile } from '../plain-file.js';
import { readRunFile, requireSound } from './sound-files.js';

/** Far above what a run writes of what is read as a whole. */
const MOST_BYTES = 2 ** 31;

/** A file of a run's folder that is not there or not what a run writes; carried as far as the reader of all of them. */
export class UnusableFile extends Error {}

/** A JSON file of a known shape. */
export async function readJson<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  return parse(() => file, (await readRunBytes(file)).toString('utf8'), schema);
}

/** A record with its line number, from 0. */
type Numbered<T> = readonly [line: number, record: T];

/**
 * The records of a `.jsonl` file, as many at once as a read gives: the file may be of any length, and to wait for each of a
 * million lines takes longer than to read them. Lines that `wanted` declines are not parsed, which is most of the work.
 */
export async function* recordsAtOnce<T>(
  file: string,
  schema: z.ZodType<T>,
  wanted: (text: string, line: number) => boolean = () => true,
): AsyncGenerator<Numbered<T>[]> {
  let line = 0;
  try {
    await requireSound(file);
    for await (const lines of linesOf(file)) {
      const records: Numbered<T>[] = [];
      for (const text of lines) {
        if (wanted(text, line)) records.push([line, parse(() => `${file} line ${line + 1}`, text, schema)]);
        line++;
      }
      yield records;
    }
  } catch (error) {
    unusable(error);
  }
}

/** The records one at a time. */
export async function* readRecords<T>(...of: Parameters<typeof recordsAtOnce<T>>): AsyncGenerator<Numbered<T>> {
  for await (const records of recordsAtOnce(...of)) yield* records;
}

/** Whether a line of JSON may name one of these texts: cheaper than to parse it. */
export function naming(texts: Iterable<string>): (line: string) => boolean {
  const quoted = [...texts].map((text) => JSON.stringify(text));
  return (line) => quoted.some((text) => line.includes(text));
}

/** A file as a whole. */
export function readRunBytes(file: string): Promise<Buffer> {
  return readRunFile(file, MOST_BYTES).catch(unusable);
}

/** An array of two dimensions. */
export async function readMatrix(file: string): Promise<NpyArray> {
  const array = decodeNpy(await readRunBytes(file));
  if (array?.shape.length !== 2) throw new UnusableFile(`${file} is not a whole array of two dimensions`);
  return array;
}

function parse<T>(place: () => string, text: string, schema: z.ZodType<T>): T {
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    const { path, message } = parsed.error.issues[0]!;
    throw new UnusableFile(`${place()}: ${path.join('.')} ${message}`);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UnusableFile(`${place()} is not JSON: ${error.message}`);
  }
}

/** A file that cannot be read as one of ours; any other error is a bug, or a shortage, and stays what it is. */
function unusable(error: unknown): never {
  throw error instanceof UnfitFile ? new UnusableFile(error.message) : error;
}
