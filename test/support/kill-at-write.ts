import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const PRELOAD = fileURLToPath(new URL('./die-at-write.mjs', import.meta.url));

/**
 * An environment in which the runner, or the command line, writes down each of its writes to `log`, and is killed by the
 * one numbered `dieAt`.
 */
export function watchedWrites(log: string, dieAt?: number, program: 'runner' | 'cli' = 'runner'): NodeJS.ProcessEnv {
  return {
    NODE_OPTIONS: `--import=${PRELOAD}`,
    LOOKALIKE_TEST_WRITES: log,
    LOOKALIKE_TEST_DIE_AT: dieAt?.toString(),
    LOOKALIKE_TEST_PROGRAM: program,
  };
}

export async function writesIn(log: string): Promise<string[]> {
  return (await readFile(log, 'utf8')).trim().split('\n');
}

/** The number of the write that is at `share` of all writes below a folder of the private folder. */
export function momentIn(writes: readonly string[], folder: string, share: number): number {
  const below = writes.flatMap((file, n) => (file.includes(`/${folder}/`) ? [n + 1] : []));
  assert.ok(below.length > 0, `Nothing was written to ${folder}`);
  return below[Math.floor(share * below.length)];
}
