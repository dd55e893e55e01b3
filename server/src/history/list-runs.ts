import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import pMap from 'p-map';
import * as z from 'zod';
import { type RowFigure, type RunRow, type RunTable, runRowSchema } from '../protocol/runs/table/run-row.js';
import { addToIndex, type Indexed, RunIndex, runStamp } from '../store/run-folder/run-index.js';
import { figuresOfRows } from './listed-figures.js';
import { ROW_KEY, type RunReading, readRow } from './row-of-run.js';

const READING = 16;
/** Others may have their turn after so many folders. */
const FOLDERS_AT_A_TIME = 500;

/** What the index keeps of a run: all of its row but what depends on where the folder is and when one looks. */
const keptSchema = runRowSchema
  .omit({ folder: true, progress: true, waiting: true })
  .extend({ settings: z.custom<RunRow['settings']>(areSettings), figures: z.custom<RunRow['figures']>(areFigures) });

interface Listing extends RunReading {
  /** So many of the newest are wanted; all of them where absent. */
  readonly most?: number;
  /** Told how many runs are to be read from their folders, since the index does not have them. */
  readonly onReading?: (runs: number) => void;
}

export interface ListedRuns extends RunTable {
  /** Of the private folder, listed or not. */
  readonly total: number;
}

/** A run in the index, or one that was read for it. */
type Known = Pick<RunRow, 'startedAt' | 'id'> & { readonly row: () => RunRow | undefined };

/**
 * The runs of a private folder, newest first, as their folders are now. What the index of runs has is not read again, and
 * what it lacks is added to it.
 */
export async function listRuns(home: string, { most, ...reading }: Listing): Promise<ListedRuns> {
  const runs = join(home, 'runs');
  const names = await runNames(runs);
  const index = await RunIndex.open(runs, ROW_KEY);
  const known = await knownRuns(names, { runs, index, names, ...reading });
  known.sort((a, b) => compare(b.startedAt, a.startedAt) || compare(b.id, a.id));
  const rows = known.slice(0, most).flatMap(({ row }) => row() ?? []);
  return { runs: rows, figures: figuresOfRows(rows), total: known.length };
}

/** Some of the runs of a private folder, for whoever wants the newest of thousands at once and the others after them. */
export interface RunPage extends RunTable {
  /** Folders of runs in the private folder. */
  readonly total: number;
  /** The name of the last folder that was looked at; null where there is none after it. */
  readonly last: string | null;
}

/** A first page of so few is read from its folders, which takes less than to read an index of thousands. */
const FEW = 50;

/** Reads the runs of one private folder in pages: newest first, as the ids of runs begin with their time. */
export class RunPages {
  private index: { readonly runs: string; readonly open: Promise<RunIndex> } | undefined;
  /** What was read without the index, which may lack it. */
  private ahead: ReadonlyMap<string, Indexed> = new Map();

  constructor(private readonly reading: RunReading) {}

  /** The `limit` runs that come after the one of this name; the newest without it. */
  async after(home: string, last: string | undefined, limit: number): Promise<RunPage> {
    const runs = join(home, 'runs');
    const names = (await runNames(runs)).sort().reverse();
    const left = last === undefined ? names : names.filter((name) => name < last);
    const page = left.slice(0, limit);
    const isLast = page.length === left.length;
    const keepAhead = async (read: ReadonlyMap<string, Indexed>) => {
      this.ahead = read;
    };
    const isAhead = last === undefined && !isLast && limit <= FEW;
    const index = isAhead ? { get: () => undefined, add: keepAhead } : await this.indexOf(runs, names);
    const known = await knownRuns(page, { runs, index, names, ...this.reading });
    const rows = known.flatMap(({ row }) => row() ?? []);
    if (isLast) this.index = undefined;
    return {
      runs: rows,
      figures: figuresOfRows(rows),
      total: names.length,
      last: isLast ? null : (page.at(-1) ?? null),
    };
  }

  /** One that other pages were read by is only older: what it lacks is read from its folder. */
  private async indexOf(runs: string, names: readonly string[]): Promise<RunIndex> {
    if (this.index?.runs !== runs) this.index = { runs, open: RunIndex.open(runs, ROW_KEY) };
    const index = await this.index.open;
    const lacking = [...this.ahead].filter(([name, { stamp }]) => !index.get(name, stamp));
    this.ahead = new Map();
    await index.add(new Map(lacking), names);
    return index;
  }
}

/** The names of the folders in the folder of the runs, in no order. */
export async function runNames(runs: string): Promise<string[]> {
  const entries = await readdir(runs, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** What the index has of these folders' runs as they are now, and what it lacks, which is read and added to it. */
async function knownRuns(
  wanted: readonly string[],
  {
    runs,
    index,
    names,
    onReading,
    ...reading
  }: Omit<Listing, 'most'> & {
    readonly runs: string;
    readonly index: Pick<RunIndex, 'get' | 'add'>;
    readonly names: readonly string[];
  },
): Promise<Known[]> {
  const known: Known[] = [];
  const unread: { name: string; stamp: string }[] = [];
  for (const [n, name] of wanted.entries()) {
    if (n % FOLDERS_AT_A_TIME === FOLDERS_AT_A_TIME - 1) await nextTurn();
    const folder = join(runs, name);
    const stamp = runStamp(folder);
    const kept = stamp === undefined ? undefined : index.get(name, stamp);
    if (kept) known.push({ id: name, startedAt: kept.startedAt, row: () => parseKept(kept, folder) });
    else if (stamp !== undefined) unread.push({ name, stamp });
  }
  if (unread.length > 0) onReading?.(unread.length);
  const read = new Map<string, Indexed>();
  await pMap(
    unread,
    async ({ name, stamp }) => {
      const row = await readRow(join(runs, name), reading);
      if (!row) return;
      known.push({ id: name, startedAt: row.startedAt, row: () => row });
      if (isSettled(row)) read.set(name, indexed(row, stamp));
    },
    { concurrency: READING },
  );
  await index.add(read, names);
  return known;
}

/** Adds a run that has ended to the index of the runs beside it; nothing where its folder is none of a private folder's. */
export async function indexRun(folder: string, home: string, reading: RunReading): Promise<void> {
  const runs = join(home, 'runs');
  if (dirname(folder) !== runs) return;
  const stamp = runStamp(folder);
  const row = await readRow(folder, reading);
  if (!row || stamp === undefined || !isSettled(row)) return;
  await addToIndex(runs, ROW_KEY, basename(folder), indexed(row, stamp));
}

/** Of a run that goes on, or was killed while it did, more may be known the next time. */
function isSettled({ status }: RunRow): boolean {
  return status !== 'running' && status !== 'interrupted';
}

function indexed({ folder: _, progress: __, waiting: ___, ...row }: RunRow, stamp: string): Indexed {
  return { stamp, startedAt: row.startedAt, text: JSON.stringify(row) };
}

/** A line whose checksum is right was written by this code, or by somebody who means harm. */
function parseKept({ text }: Indexed, folder: string): RunRow | undefined {
  const kept = keptSchema.safeParse(JSON.parse(text.toString()));
  return kept.success ? { ...kept.data, folder, progress: null, waiting: 0 } : undefined;
}

/** By hand, since ten thousand rows have half a million of them. */
function areSettings(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).every((one) => one === null || SCALARS.has(typeof one));
}
const SCALARS = new Set(['string', 'number', 'boolean']);

function areFigures(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).every((one: RowFigure | null) => {
    if (typeof one?.value !== 'number') return false;
    const { interval, whiteBox } = one;
    const isBounded = interval === undefined || (typeof interval[0] === 'number' && typeof interval[1] === 'number');
    return isBounded && (whiteBox === undefined || whiteBox === true || whiteBox === 'unknown');
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
