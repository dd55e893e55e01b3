import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { createHome } from '../home.js';
import { type Fate, fateOf, isAlive } from '../process-identity.js';
import { isBeating } from './control-files.js';
import { newRunRecord, type RunOf, type RunRecord, readRunRecord, recordText } from './run-record.js';

/** What a run writes into its folder; a run that takes a folder over removes these and nothing else. */
const OWN_FILES =
  /^(run\.json|request\.json|events\.jsonl|runner\.log|heartbeat|cancel|reserve|note\.json|spec\.yaml|checksums\.jsonl|results\.json|queries\.jsonl|images\.jsonl|thumbnails\.json|report\.html|queries-.*\.csv|neighbours-.*\.npy|verifier-.*\.(npy|json)|.*\.tmp)$/;

export interface RunFolder {
  readonly id: string;
  readonly folder: string;
}

export function newRunId(now = new Date()): string {
  const time = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${time}-${randomBytes(3).toString('hex')}`;
}

/** Makes the folder of a new run, which belongs to it alone: `runs/<id>`, or `out` where the user named one. */
export async function createRunFolder(home: string, asked: RunOf, out?: string): Promise<Result<RunFolder>> {
  const id = newRunId();
  if (!out) await createHome(home);
  const folder = out ? resolve(out) : join(home, 'runs', id);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const cleared = await clear(folder);
  if (!cleared.ok) return cleared;
  return claim(folder, { ...newRunRecord(id, asked), launching: true });
}

async function clear(folder: string): Promise<Result<void>> {
  const names = await readdir(folder);
  const earlier = await readRunRecord(folder);
  const foreign = names.filter((name) => !OWN_FILES.test(name) && !earlier?.perturbed.includes(name));
  if (foreign.length > 0) {
    const hint = 'Name an empty or new folder, or one that holds nothing but an earlier run.';
    return fail('run-folder-taken', `${folder} holds ${foreign[0]}, which is no part of a run`, { hint });
  }
  if (earlier && (await isGoingOn(folder, earlier))) return busy(folder, earlier);
  for (const name of names) await rm(join(folder, name), { recursive: true, force: true });
  return ok(undefined);
}

/**
 * Removes a run. Problems: `run-folder-busy`, where it is going on; `run-folder-taken`, where the folder holds
 * something that no run writes, and nothing is removed.
 */
export async function removeRunFolder(folder: string): Promise<Result<void>> {
  const cleared = await clear(folder);
  if (cleared.ok) await rmdir(folder);
  return cleared;
}

/** Creating the record is what decides between two runs that want one folder at the same moment. */
async function claim(folder: string, record: RunRecord): Promise<Result<RunFolder>> {
  try {
    await writeFile(join(folder, 'run.json'), recordText(record), { flag: 'wx', mode: 0o600 });
    return ok({ id: record.id, folder });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return busy(folder, await readRunRecord(folder));
  }
}

function busy(folder: string, record: RunRecord | undefined): Result<never> {
  const who = record ? `process ${record.pid} on ${record.host}` : 'another process';
  const hint = 'Wait for it to end, cancel it, or name another folder.';
  return fail('run-folder-busy', `${folder} belongs to a run of ${who} that is going on`, { hint });
}

/**
 * Whether a run that says it is running does. Its process says so where it can be looked at; where it cannot, since it
 * is another machine's or container's, how long ago it gave a sign of life.
 */
export async function isGoingOn(folder: string, record: RunRecord): Promise<boolean> {
  if (record.status !== 'running') return false;
  const fate = fateOfRunner(record);
  return fate === 'unknown' ? isBeating(folder) : fate === 'alive';
}

/** A run of a private folder that is going on. */
export async function runGoingOnIn(home: string): Promise<RunRecord | undefined> {
  const names = await readdir(join(home, 'runs')).catch(() => []);
  for (const name of names) {
    const folder = join(home, 'runs', name);
    const record = await readRunRecord(folder);
    if (record && (await isGoingOn(folder, record))) return record;
  }
  return undefined;
}

/** What earlier versions wrote names a process of its machine by the number alone, which may be another's by now. */
function fateOfRunner({ host, pid, started = null, space }: RunRecord): Fate {
  if (space !== undefined) return fateOf({ pid, started, space });
  return host === hostname() && !isAlive(pid) ? 'dead' : 'unknown';
}
