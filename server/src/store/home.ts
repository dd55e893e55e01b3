import { existsSync } from 'node:fs';
import { chmod, lstat, mkdir, readdir, realpath } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type Failure, fail, ProblemError } from '../protocol/errors.js';
import { fileNameOf } from './file-names.js';
import { writeOver } from './files.js';
import { readPlain, UnfitFile } from './plain-file.js';

export const HOME_NAME = '.lookalike';
/** All that is in a private folder. */
const CONTENT = ['.gitignore', 'cache', 'runs', 'sweeps'];
const IGNORE_ALL = '*\n';

/**
 * The private folder of an experiment file: at the nearest ancestor that holds `.lookalike` or `.git`,
 * else beside the file. It may not exist yet.
 */
export function homeOf(file: string): string {
  const beside = dirname(resolve(file));
  return join(nearestRoot(beside) ?? beside, HOME_NAME);
}

/** That of experiments that lie in a folder. */
export function homeIn(folder: string): string {
  return homeOf(join(folder, 'any.experiment.yaml'));
}

function nearestRoot(folder: string): string | undefined {
  if (existsSync(join(folder, HOME_NAME)) || existsSync(join(folder, '.git'))) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : nearestRoot(parent);
}

/**
 * Makes the folder, or puts it right: readable by its owner alone and ignored by git, since embeddings of faces are
 * biometric data. It may be a link to a folder that is empty or a private folder already. Throws `ProblemError` with
 * `home-unfit`, and the file system's error.
 */
export async function createHome(home: string): Promise<void> {
  await mkdir(home, { recursive: true, mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (!['EEXIST', 'ENOENT', 'ENOTDIR'].includes(error.code ?? '')) throw error;
    throw new ProblemError(unfit(home, 'is no folder, or a link that leads to none').problem);
  });
  const foreign = await foreignBehindLink(home);
  if (foreign) throw new ProblemError(foreign.problem);
  await chmod(home, 0o700);
  if ((await ignored(home)) !== IGNORE_ALL) await writeOver(join(home, '.gitignore'), IGNORE_ALL);
}

async function ignored(home: string): Promise<string | undefined> {
  try {
    return (await readPlain(join(home, '.gitignore'), 2 ** 16)).toString('utf8');
  } catch (error) {
    if (error instanceof UnfitFile) return undefined;
    throw error;
  }
}

/** A repository may hold a link to anything: what is not ours behind it is neither closed nor removed. */
export async function foreignBehindLink(home: string): Promise<Failure | undefined> {
  if (!(await lstat(home)).isSymbolicLink()) return undefined;
  const foreign = (await readdir(home)).find((name) => !CONTENT.includes(name));
  if (foreign === undefined) return undefined;
  return unfit(home, `is a link to ${await realpath(home)}, which holds ${foreign}: that is no private folder`);
}

function unfit(home: string, words: string): Failure {
  return fail('home-unfit', `${home} ${words}`, { hint: 'Remove the link or the file; a run makes the folder anew.' });
}

/** Where things are kept below the private folder. */
export class CacheFolders {
  constructor(readonly home: string) {}

  of(...parts: string[]): string {
    return join(this.home, 'cache', ...parts);
  }

  /** What a plugin keeps for itself. */
  ofPlugin(family: string, name: string): string {
    return this.of('plugins', `${family}-${fileNameOf(name)}`);
  }
}
