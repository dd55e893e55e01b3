import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import pMap from 'p-map';
import { z } from 'zod';
import {
  type FigureOfTable,
  figureOfTableSchema,
  type RunTable,
  runRowSchema,
} from '../protocol/runs/table/run-row.js';
import { type Indexed, RunIndex, runStamp } from '../store/run-folder/run-index.js';
import { ROW_KEY, type RowOfRun, type RunReading, readRow } from './row-of-run.js';

const READING = 16;
/** Others may have their turn after so many folders. */
const FOLDERS_AT_A_TIME = 500;

/** What the index keeps of a run: all of its row but what depends on where the folder is and when one looks. */
const keptSchema = z.object({
  row: runRowSchema.omit({ folder: true, progress: true }),
  figures: z.array(figureOfTableSchema),
});

interface Listing extends RunReading {
  /** Told how many runs are to be read from their folders, since the index does not have them. */
  readonly onReading?: (runs: number) => void;
}

/**
 * All runs of a private folder, newest first, as their folders are now. What the index of runs has is not read again, and
 * what it lacks is added to it.
 */
export async function listRuns(home: string, { onReading, ...reading }: Listing): Promise<RunTable> {
  const runs = join(home, 'runs');
  const entries = await readdir(runs, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const index = await RunIndex.open(runs, ROW_KEY);
  const found = new Map<string, RowOfRun>();
  const unread: { name: string; stamp: string }[] = [];
  for (const [n, name] of names.entries()) {
    if (n % FOLDERS_AT_A_TIME === FOLDERS_AT_A_TIME - 1) await nextTurn();
    const folder = join(runs, name);
    const stamp = runStamp(folder);
    const kept = stamp === undefined ? undefined : parseKept(index.get(name, stamp), folder);
    if (kept) found.set(name, kept);
    else if (stamp !== undefined) unread.push({ name, stamp });
  }
  if (unread.length > 0) onReading?.(unread.length);
  const read = new Map<string, Indexed>();
  await pMap(
    unread,
    async ({ name, stamp }) => {
      const one = await readRow(join(runs, name), reading);
      if (!one) return;
      found.set(name, one);
      if (isSettled(one)) read.set(name, { stamp, text: textOf(one) });
    },
    { concurrency: READING },
  );
  await index.add(read, names);
  return tableOf([...found.values()]);
}

/** Adds a run that has ended to the index of the runs beside it; nothing where its folder is none of a private folder's. */
export async function indexRun(folder: string, home: string, reading: RunReading): Promise<void> {
  const runs = join(home, 'runs');
  if (dirname(folder) !== runs) return;
  const name = folder.slice(runs.length + 1);
  const stamp = runStamp(folder);
  const one = await readRow(folder, reading);
  if (!one || stamp === undefined || !isSettled(one)) return;
  const index = await RunIndex.open(runs, ROW_KEY);
  await index.add(new Map([[name, { stamp, text: textOf(one) }]]), [name]);
}

/** Of a run that goes on, or was killed while it did, more may be known the next time. */
function isSettled({ row: { status } }: RowOfRun): boolean {
  return status !== 'running' && status !== 'interrupted';
}

function textOf({ row: { folder: _, progress: __, ...row }, figures }: RowOfRun): string {
  return JSON.stringify({ row, figures });
}

function parseKept(text: string | undefined, folder: string): RowOfRun | undefined {
  const kept = text === undefined ? undefined : keptSchema.safeParse(JSON.parse(text));
  return kept?.success ? { row: { ...kept.data.row, folder, progress: null }, figures: kept.data.figures } : undefined;
}

function tableOf(found: readonly RowOfRun[]): RunTable {
  const figures = new Map<string, FigureOfTable>();
  for (const one of found) for (const figure of one.figures) figures.set(figure.path, figure);
  const rows = found.map(({ row }) => row);
  rows.sort((a, b) => b.startedAt.localeCompare(a.startedAt) || (a.id < b.id ? 1 : -1));
  return { runs: rows, figures: [...figures.values()] };
}
