import { existsSync, rmSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fail, ok, type Result } from '../protocol/errors.js';
import { type Sweep, sweepSchema } from '../protocol/runs/sweep.js';
import { type VariantValues, variantText } from '../protocol/runs/variant.js';
import { fileNameOf } from './file-names.js';
import { writeAtomically } from './files.js';
import { createHome } from './home.js';
import { readPlain, UnfitFile } from './plain-file.js';
import { fateOf, identityOf } from './process-identity.js';
import { readResults } from './run-folder/read-results.js';
import { newRunId, removeRunFolder } from './run-folder/run-folder.js';
import { readRunRecord } from './run-folder/run-record.js';

const SWEEP = 'sweep.json';
const MOST_BYTES = 2 ** 26;
/** In a private folder, a file a sweep: its runs are among the others. */
export const SWEEPS = 'sweeps';

/** A sweep where it is written down. */
export interface StoredSweep {
  readonly file: string;
  readonly sweep: Sweep;
  /** It was begun by an earlier command. */
  readonly goesOn: boolean;
}

type Asked = Pick<Sweep, 'file' | 'name' | 'set' | 'stage' | 'axes' | 'key'> & {
  readonly variants: readonly VariantValues[];
};

/**
 * The sweep that a command is to run: one of the same that was begun and has not finished, else a new one. `out` is where
 * the user wants its runs; there an earlier sweep is replaced. `anew` begins a new one in any case. Problems:
 * `run-folder-taken`, where `out` holds something else; `run-folder-busy`, where a sweep goes on there.
 */
export async function openSweep(
  home: string,
  asked: Asked,
  { out, anew }: { readonly out?: string; readonly anew: boolean },
): Promise<Result<StoredSweep>> {
  const found = out ? await sweepIn(resolve(out)) : await unfinishedIn(join(home, SWEEPS), asked.key);
  if (found && isOwned(found.sweep)) {
    if (out) return busy(out, found.sweep);
  } else if (found && !anew && found.sweep.key === asked.key && !(await isDone(found))) {
    const variants = found.sweep.variants.map(({ variant, folder }) => ({ variant, folder, status: null }));
    const sweep = { ...found.sweep, owner: identityOf(process.pid), variants };
    await writeSweep(found.file, sweep);
    isSweepAskedToCancel(found.file);
    return ok({ file: found.file, sweep, goesOn: true });
  }
  if (out) {
    const cleared = await clear(resolve(out), found?.sweep);
    if (!cleared.ok) return cleared;
  }
  return ok(await newSweep(home, asked, out));
}

async function newSweep(home: string, { variants, ...asked }: Asked, out?: string): Promise<StoredSweep> {
  const id = newRunId();
  const file = out ? join(resolve(out), SWEEP) : join(home, SWEEPS, `${id}.json`);
  const names = out ? folderNames(variants) : [];
  const sweep: Sweep = {
    id,
    ...asked,
    startedAt: new Date().toISOString(),
    owner: identityOf(process.pid),
    variants: variants.map((variant, n) => ({ variant, folder: names[n] ?? null, status: null })),
  };
  if (!out) await createHome(home);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeSweep(file, sweep);
  return { file, sweep, goesOn: false };
}

/** Each named after its values; where two names meet, on a file system that tells no case apart, by number, too. */
function folderNames(variants: readonly VariantValues[]): string[] {
  const names = variants.map((variant) => fileNameOf(variantText(variant).replaceAll(', ', '_').replaceAll('=', '-')));
  const isAlone = (name: string) => names.filter((one) => one.toLowerCase() === name.toLowerCase()).length === 1;
  return names.map((name, n) => (isAlone(name) ? name : `${name}-${n + 1}`));
}

export function writeSweep(file: string, sweep: Sweep): Promise<void> {
  return writeAtomically(file, `${JSON.stringify(sweep, null, 2)}\n`);
}

/** Asks a sweep of a private folder that goes on to end: what runs of it, and what has not begun. Gives whether there is one. */
export async function askSweepToCancel(home: string, id: string): Promise<boolean> {
  const found = await readSweep(join(home, SWEEPS, `${id}.json`));
  if (!found || !isOwned(found.sweep)) return false;
  await writeFile(cancelFileOf(found.file), '', { mode: 0o600 });
  return true;
}

/** Whether somebody asked for the end of the sweep in a file since this was asked last. */
export function isSweepAskedToCancel(file: string): boolean {
  if (!existsSync(cancelFileOf(file))) return false;
  rmSync(cancelFileOf(file), { force: true });
  return true;
}

function cancelFileOf(file: string): string {
  return `${file}.cancel`;
}

/** The sweep of an experiment file that goes on in a process of its own. */
export async function sweepGoingOn(home: string, experiment: string): Promise<Sweep | undefined> {
  const folder = join(home, SWEEPS);
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json'));
  for (const name of names.sort().reverse()) {
    const found = await readSweep(join(folder, name));
    if (found?.sweep.file === experiment && isOwned(found.sweep)) return found.sweep;
  }
  return undefined;
}

/** A sweep's file; undefined where it is not there, or not what a sweep writes. */
async function readSweep(file: string): Promise<Omit<StoredSweep, 'goesOn'> | undefined> {
  try {
    const sweep = sweepSchema.safeParse(JSON.parse((await readPlain(file, MOST_BYTES)).toString('utf8')));
    return sweep.success ? { file, sweep: sweep.data } : undefined;
  } catch (error) {
    if (error instanceof UnfitFile || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function sweepIn(folder: string) {
  return readSweep(join(folder, SWEEP));
}

/** The newest one. */
async function unfinishedIn(folder: string, key: string) {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json')).sort();
  for (const name of names.toReversed()) {
    const found = await readSweep(join(folder, name));
    if (found?.sweep.key === key && !isOwned(found.sweep)) return (await isDone(found)) ? undefined : found;
  }
  return undefined;
}

/** By another process that has not written down yet how all of its variants ended. */
function isOwned({ owner, variants }: Sweep): boolean {
  return fateOf(owner) === 'alive' && owner.pid !== process.pid && variants.some(({ status }) => status === null);
}

async function isDone(found: Pick<StoredSweep, 'file' | 'sweep'>): Promise<boolean> {
  const done = await Promise.all(found.sweep.variants.map(({ folder }) => isFinished(runFolderOf(found, folder))));
  return done.every((one) => one);
}

/** Where a variant's run is; undefined until it has a folder. A file that names one elsewhere is not believed. */
export function runFolderOf({ file }: Pick<StoredSweep, 'file'>, folder: string | null): string | undefined {
  if (folder === null) return undefined;
  const around = file.endsWith(`${sep}${SWEEP}`) ? dirname(file) : dirname(dirname(file));
  const found = resolve(dirname(file), folder);
  return found.startsWith(around + sep) ? found : undefined;
}

export function relativeFolder({ file }: Pick<StoredSweep, 'file'>, folder: string): string {
  return relative(dirname(file), folder).replaceAll(sep, '/');
}

/** Whether a variant need not be computed again: its results are there, and nothing kept it from measuring them. */
export async function isFinished(folder: string | undefined): Promise<boolean> {
  const record = folder === undefined ? undefined : await readRunRecord(folder);
  if (folder === undefined || !record || !(await readResults(folder)).ok) return false;
  return record.status === 'done' || (record.status === 'failed' && record.problem?.code === 'expectation-failed');
}

/** Takes away what an earlier sweep left, and nothing else. */
async function clear(out: string, earlier: Sweep | undefined): Promise<Result<void>> {
  const names: readonly string[] = await readdir(out).catch(() => []);
  const own = new Set<string>([SWEEP, ...(earlier?.variants.flatMap(({ folder }) => folder ?? []) ?? [])]);
  const foreign = names.find((name) => !own.has(name) && !name.endsWith('.tmp'));
  if (foreign !== undefined || (names.includes(SWEEP) && !earlier)) {
    const hint = 'Name an empty or new folder, or one that holds nothing but an earlier sweep.';
    return fail('run-folder-taken', `${out} holds ${foreign ?? SWEEP}, which is no part of a sweep`, { hint });
  }
  for (const name of names.filter((one) => one !== SWEEP && !one.endsWith('.tmp'))) {
    const removed = await removeRunFolder(join(out, name));
    if (!removed.ok) return removed;
  }
  await rm(join(out, SWEEP), { force: true });
  return ok(undefined);
}

function busy(out: string, { owner }: Sweep): Result<never> {
  const hint = 'Wait for it to end, cancel it, or name another folder.';
  return fail('run-folder-busy', `${out} belongs to a sweep of process ${owner.pid} that is going on`, { hint });
}
