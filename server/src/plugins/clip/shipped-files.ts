import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail, ok, type Result } from '../../protocol/errors.js';

/** The build copies weights of our own beside the bundles; a clone runs from where they are kept. */
const FOLDERS = ['./weights', '../../../weights'].map((path) => join(dirname(fileURLToPath(import.meta.url)), path));

/** Where a model that comes with the product is. */
export function shippedFolder(model: string): string {
  const folders = FOLDERS.map((folder) => join(folder, model));
  return folders.find((folder) => existsSync(folder)) ?? join(FOLDERS[0] ?? '', model);
}

/** `weights-changed` where a file is missing, or another one than the product was tested with. */
export function requireShipped(folder: string, hashes: Readonly<Record<string, string>>): Result<void> {
  for (const [name, expected] of Object.entries(hashes)) {
    const file = join(folder, name);
    const hash = existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : undefined;
    if (hash === expected) continue;
    const state = hash === undefined ? 'is not there' : 'is not the file that Lookalike was tested with';
    const hint = 'This Lookalike is damaged: install it again.';
    return fail('weights-changed', `${file}, a part of a model, ${state}`, { hint });
  }
  return ok(undefined);
}
