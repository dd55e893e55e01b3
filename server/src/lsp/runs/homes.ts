import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { homeOf } from '../../store/home.js';

/** The private folders that a client may ask about: requests that name any other folder are refused. */
export class Homes {
  private readonly files = new Map<string, string>();
  private roots: readonly string[] = [];

  /** The workspace's folders, each of which has a private folder or may get one. */
  setFolders(folders: readonly string[]): void {
    this.roots = folders;
  }

  /** Adds the private folder of an experiment file that is open or lies in the workspace. */
  add(file: string): void {
    this.files.set(dirname(file), file);
  }

  /** They need not be there. Found anew each time, since a folder may become a repository. */
  all(): string[] {
    const folders = this.roots.map((folder) => join(folder, 'any'));
    return [...new Set([...folders, ...this.files.values()].map(homeOf))];
  }

  /** The folder of a run, links resolved. Problem: `run-unknown`, where it is no run of a known private folder. */
  async locate(folder: string): Promise<Result<string>> {
    const unknown = fail('run-unknown', `${folder} is no run of this workspace`, { hint: 'Refresh the list of runs.' });
    if (!isAbsolute(folder)) return unknown;
    const found = await lstat(folder).catch(() => undefined);
    if (!found?.isDirectory()) return unknown;
    const [real = '', ...homes] = await Promise.all(
      [folder, ...this.all()].map((path) => realpath(path).catch(() => '')),
    );
    const parent = dirname(real);
    const inHome = basename(parent) === 'runs' && homes.includes(dirname(parent));
    return inHome ? ok(real) : unknown;
  }
}
