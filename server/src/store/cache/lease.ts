import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type ProcessIdentity, processIdentitySchema } from '../../protocol/runner.js';
import { fateOf, identityOf } from '../process-identity.js';

/** A holder on another machine that has not renewed its lease for so long is taken for dead. */
const EXPIRES_MS = 60_000;
/** A lease that names no holder for so long was left by a process killed while writing it. */
const UNSIGNED_MS = 2_000;
const RENEW_MS = 10_000;
const POLL_MS = 25;

/**
 * Does `work` while the lease file is this process's own: the right to something that several runs may want
 * at once. A lease whose holder is dead, or has not renewed it in time, is taken over. Two runs that take over
 * at the same instant may both get it: what is done under a lease is repeatable and written atomically, so
 * that costs time and nothing else.
 */
export async function withLease<T>(file: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  while (!(await tryCreate(file))) {
    signal.throwIfAborted();
    if (await isAbandoned(file)) await discard(file);
    else await delay(POLL_MS, undefined, { signal });
  }
  const stopRenewing = renew(file);
  try {
    return await work();
  } finally {
    stopRenewing();
    await rm(file, { force: true });
  }
}

async function tryCreate(file: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o600);
    await handle.writeFile(JSON.stringify(identityOf(process.pid)));
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function isAbandoned(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  if (!found) return false;
  // A lease of the future, by a clock that was put back, is as old as it is ahead.
  const age = Math.abs(Date.now() - found.mtimeMs);
  const holder = await readHolder(file);
  if (!holder) return age > UNSIGNED_MS;
  return age > EXPIRES_MS || fateOf(holder) === 'dead';
}

async function readHolder(file: string): Promise<ProcessIdentity | undefined> {
  try {
    return processIdentitySchema.safeParse(JSON.parse(await readFile(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

/** Renames before removing, so that of two that discard the same file one finds it gone. */
async function discard(file: string): Promise<void> {
  const aside = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  await rename(file, aside).catch(() => undefined);
  await rm(aside, { force: true });
}

function renew(file: string): () => void {
  const timer = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => undefined);
  }, RENEW_MS);
  timer.unref();
  return () => clearInterval(timer);
}
