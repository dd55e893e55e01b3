import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { decodeText } from '../../plugins/text.js';
import { fail, ok, type Result } from '../../protocol/errors.js';

/** Standard input, among the names of files. */
export const STANDARD_INPUT = '-';
const EXPERIMENT = /\.experiment\.ya?ml$/;
/** What people do not write themselves. */
const PASSED_OVER = /^(?:\..*|node_modules)$/;

/**
 * The files that are meant: a folder means each experiment in it and below it, links aside. Problem: `experiment-none`,
 * where a folder holds none.
 */
export async function experimentFiles(named: readonly string[]): Promise<Result<string[]>> {
  const files: string[] = [];
  for (const name of named) {
    const isFolder = name !== STANDARD_INPUT && (await stat(name).catch(() => undefined))?.isDirectory();
    const found = isFolder ? await experimentsIn(name) : [name];
    if (found.length === 0) {
      const hint = 'Experiment files end in .experiment.yaml or .experiment.yml.';
      return fail('experiment-none', `${name} holds no experiment file`, { hint });
    }
    files.push(...found);
  }
  return ok([...new Set(files)]);
}

async function experimentsIn(folder: string): Promise<string[]> {
  const entries = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => !PASSED_OVER.test(name));
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return experimentsIn(path);
      return entry.isFile() && EXPERIMENT.test(entry.name) ? [path] : [];
    }),
  );
  return found.flat();
}

/** All of standard input, decoded as a file is. */
export async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return decodeText(Buffer.concat(chunks));
}

/** The file that relative paths of standard input are relative to: that which it stands for, or one in this folder. */
export function standsFor(file: string | undefined): string {
  return resolve(file ?? 'standard-input.experiment.yaml');
}
