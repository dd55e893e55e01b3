import { randomBytes } from 'node:crypto';
import { lstat, mkdir, open, rename, rm, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessIdentity } from '../../protocol/runner.js';
import { readHolder } from '../holder-file.js';
import { fateOf, identityOf } from '../process-identity.js';

/** A holder that has not renewed its lease for so long is taken for dead. */
const EXPIRES_MS = 60_000;
/** A lease that names no holder for so long was left by a process killed while writing it. */
const UNSIGNED_MS = 2_000;
const RENEW_MS = 10_000;
const POLL_MS = 25;
/** Waiting is said when it takes longer: runs at once wait for each other all the time. */
const SAID_AFTER_MS = 5_000;

/**
 * Does `work` while the lease file is this process's own: the right to something that several runs may want
 * at once. A lease whose holder is dead, or has not renewed it in time, is taken over. Two runs that take over
 * at the same instant may both get it: what is done under a lease is repeatable and written atomically, so
 * that costs time and nothing else.
 *
 * `onWait` is called once where waiting takes long, with the holder where it is known.
 */
export async function withLease<T>(
  file: string,
  signal: AbortSignal,
  work: () => Promise<T>,
  onWait?: (holder: ProcessIdentity | undefined) => void,
): Promise<T> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const watch = new Watch(file);
  const begun = performance.now();
  let tell = onWait;
  while (!(await tryCreate(file))) {
    signal.throwIfAborted();
    if (await watch.isAbandoned()) await discard(file);
    else await delay(POLL_MS, undefined, { signal });
    if (tell && performance.now() - begun > SAID_AFTER_MS) {
      tell(await readHolder(file));
      tell = undefined;
    }
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

/** Looks at a lease that another has, again and again. */
class Watch {
  private seen: { readonly time: number; readonly since: number } | undefined;

  constructor(private readonly file: string) {}

  async isAbandoned(): Promise<boolean> {
    const found = await lstat(this.file).catch(() => undefined);
    if (!found) return false;
    if (!found.isFile()) return true;
    const now = performance.now();
    if (this.seen?.time !== found.mtimeMs) this.seen = { time: found.mtimeMs, since: now };
    // A lease of the future, by a clock that was put back, is as old as it is ahead; and what is seen to stand still
    // for so long is not renewed, whatever its date.
    const still = now - this.seen.since;
    const age = Math.max(Math.abs(Date.now() - found.mtimeMs), still);
    const holder = await readHolder(this.file);
    if (!holder) return age > UNSIGNED_MS;
    const fate = fateOf(holder);
    // Another machine's clock may be off by hours: what it renews is alive.
    return fate === 'dead' || (fate === 'unknown' ? still : age) > EXPIRES_MS;
  }
}

/** Renames before removing, so that of two that discard the same file one finds it gone. */
async function discard(file: string): Promise<void> {
  const aside = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  await rename(file, aside).catch(() => undefined);
  await rm(aside, { recursive: true, force: true });
}

function renew(file: string): () => void {
  const timer = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => undefined);
  }, RENEW_MS);
  timer.unref();
  return () => clearInterval(timer);
}
