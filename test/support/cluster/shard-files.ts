import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { sha256 } from '../../../server/src/store/files.js';

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** What a workspace's cache holds of embeddings, perturbed photographs and neighbours: SHA-256 by path; how long each took is left out. */
export async function computedFiles(workspace: string): Promise<Record<string, string>> {
  const cache = join(workspace, '.lookalike', 'cache');
  const folders = ['embeddings', 'perturbed', 'neighbours'].map((name) => join(cache, name));
  const files = (await Promise.all(folders.map(filesBelow))).flat().sort();
  const kept = files.filter((file) => !file.endsWith('.json'));
  return Object.fromEntries(
    await Promise.all(kept.map(async (file) => [relative(cache, file), sha256(await readFile(file))])),
  );
}

/** How often each model's shards were computed, by what workers wrote into the folders of a workspace's runs. */
export async function timesComputed(workspace: string): Promise<Map<string, number>> {
  const logs = (await filesBelow(join(workspace, '.lookalike', 'runs'))).filter((file) =>
    /\/shards\/.*\.log$/.test(file),
  );
  const times = new Map<string, number>();
  for (const log of logs) {
    for (const [, name] of (await readFile(log, 'utf8')).matchAll(/^shard \d+ (\w+) computed/gm)) {
      const shard = `${basename(dirname(log))}/${name}`;
      times.set(shard, (times.get(shard) ?? 0) + 1);
    }
  }
  return times;
}
