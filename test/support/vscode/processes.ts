import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { VsCodeServer } from '../../../scripts/vscode/code-server.js';

/**
 * The language server's process in this VS Code, once there is one that is not `before`. Linux tells every process's
 * arguments and environment; it is told from others by the temporary folder, which is this VS Code's own.
 */
export async function languageServerOf({ folder }: VsCodeServer, before?: number): Promise<number> {
  for (;;) {
    for (const name of await readdir('/proc')) {
      if (/^\d+$/.test(name) && Number(name) !== before && (await isServer(name, folder))) return Number(name);
    }
  }
}

async function isServer(pid: string, folder: string): Promise<boolean> {
  const read = (file: string) => readFile(join('/proc', pid, file), 'utf8').catch(() => '');
  return (await read('cmdline')).includes('dist/server.js') && (await read('environ')).includes(`TMPDIR=${folder}/tmp`);
}
