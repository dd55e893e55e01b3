import { mkdirSync, writeFileSync } from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessIdentity } from '../protocol/runner.js';
import { readHolder } from './holder-file.js';
import { CacheFolders } from './home.js';
import { fateOf, identityOf } from './process-identity.js';

/*
 * The line in which the runs of a private folder stand, in whichever window or terminal they were started: a file a run,
 * named by when it came, which says whose process it is. A process that is gone is passed over.
 */
const QUEUE = 'queue';
const LOOK_EVERY_MS = 100;
/** A file that names no process for so long was left by one that was killed while writing it. */
const UNSIGNED_MS = 2_000;

/**
 * How many runs of a private folder go on at once. What uses every core takes turns, so that of two the one reads while
 * the other computes; more than a few only hold memory.
 */
export const RUNS_AT_ONCE = Math.min(4, Math.max(2, availableParallelism()));

/** Puts a run at the end of the line, for its process. Throws the file system's error. */
export function standInLine(home: string, runId: string, process: ProcessIdentity): void {
  const folder = new CacheFolders(home).of(QUEUE);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const name = `${String(Date.now()).padStart(15, '0')}-${runId}.json`;
  writeFileSync(join(folder, name), JSON.stringify(process), { mode: 0o600 });
}

/**
 * Waits until fewer than `atOnce` runs that came before are left; who does not stand in the line goes to its end. `onWait` is
 * told how many have to end first, whenever that changes. Rejects with the signal's reason, and with the file system's error.
 */
export async function waitInLine(
  home: string,
  runId: string,
  { signal, onWait, atOnce = RUNS_AT_ONCE }: WaitOptions,
): Promise<void> {
  const folder = new CacheFolders(home).of(QUEUE);
  if (!(await namesIn(folder)).some((name) => isOf(name, runId))) standInLine(home, runId, identityOf(process.pid));
  let told: number | undefined;
  for (;;) {
    signal.throwIfAborted();
    const left = (await aheadOf(folder, runId)) - atOnce + 1;
    if (left <= 0) return;
    if (left !== told) onWait(left);
    told = left;
    await delay(LOOK_EVERY_MS, undefined, { signal });
  }
}

interface WaitOptions {
  readonly signal: AbortSignal;
  readonly onWait: (left: number) => void;
  readonly atOnce?: number;
}

/** Whoever is behind comes forward. */
export async function leaveLine(home: string, runId: string): Promise<void> {
  const folder = new CacheFolders(home).of(QUEUE);
  for (const name of await namesIn(folder)) if (isOf(name, runId)) await rm(join(folder, name), { force: true });
}

async function aheadOf(folder: string, runId: string): Promise<number> {
  const names = await namesIn(folder);
  const before = names.slice(
    0,
    Math.max(
      0,
      names.findIndex((name) => isOf(name, runId)),
    ),
  );
  const stand = await Promise.all(before.map((name) => isThere(join(folder, name))));
  return stand.filter(Boolean).length;
}

function isOf(name: string, runId: string): boolean {
  return name.endsWith(`-${runId}.json`);
}

async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => /^\d{15}-.+\.json$/.test(name)).sort();
}

/** Whether its process lives on this machine; what is left of one that does not is removed. */
async function isThere(file: string): Promise<boolean> {
  const holder = await readHolder(file);
  if (holder) {
    const fate = fateOf(holder);
    if (fate === 'dead') await rm(file, { force: true });
    return fate === 'alive';
  }
  const found = await lstat(file).catch(() => undefined);
  if (!found) return false;
  if (Math.abs(Date.now() - found.mtimeMs) < UNSIGNED_MS) return true;
  await rm(file, { recursive: true, force: true });
  return false;
}
