import { cp, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new temporary folder that is a repository of its own, so that its private folder is inside of it. */
export async function newWorkspace(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lookalike-workspace-'));
  await mkdir(join(folder, '.git'));
  return folder;
}

/** A workspace with what another one holds. */
export async function copyWorkspace(original: string): Promise<string> {
  const copy = await newWorkspace();
  await cp(original, copy, { recursive: true });
  return copy;
}
