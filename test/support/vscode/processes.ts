import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { VsCodeServer } from '../../../scripts/vscode/code-server.js';

/**
 * The processes of language servers in this VS Code: one a window, those of windows that were closed a while ago
 * among them. Linux tells every process's arguments and environment; theirs hold the temporary folder, which is this
 * VS Code's own.
 */
export async function languageServersOf({ folder }: VsCodeServer): Promise<number[]> {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const servers = await Promise.all(processes.map((pid) => isServer(pid, folder)));
  return processes.filter((_, n) => servers[n]).map(Number);
}

/** A language server's process that is none of `others`, once there is one. */
export async function languageServerBeside(server: VsCodeServer, others: readonly number[]): Promise<number> {
  for (;;) {
    const found = (await languageServersOf(server)).find((pid) => !others.includes(pid));
    if (found !== undefined) return found;
  }
}

async function isServer(pid: string, folder: string): Promise<boolean> {
  const read = (file: string) => readFile(join('/proc', pid, file), 'utf8').catch(() => '');
  return (await read('cmdline')).includes('dist/server.js') && (await read('environ')).includes(`TMPDIR=${folder}/tmp`);
}
