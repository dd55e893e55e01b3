import { type ProcessIdentity, processIdentitySchema } from '../protocol/runner.js';
import { readPlain, UnfitFile } from './plain-file.js';

const MOST_BYTES = 2 ** 16;

/** The process that a file of a lease or of the line of runs names; undefined where it is not there or names none. */
export async function readHolder(file: string): Promise<ProcessIdentity | undefined> {
  try {
    const text = (await readPlain(file, MOST_BYTES)).toString('utf8');
    return processIdentitySchema.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof UnfitFile || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
