import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { URI } from 'vscode-uri';
import { LARGEST_TEXT } from '../experiment/syntax/tree.js';
import type { Result } from '../protocol/errors.js';
import type { Results } from '../protocol/results.js';
import type { RunSummary, ShownStatus, StageState } from '../protocol/runs/run-state.js';
import { readResults } from '../store/run-folder/read-results.js';
import { SPEC } from '../store/run-folder/run-again.js';
import { isGoingOn } from '../store/run-folder/run-folder.js';
import { inspectRunRecord, type RunRecord } from '../store/run-folder/run-record.js';
import { readRunFile } from '../store/run-folder/sound-files.js';
import { figureWords, listedFigures, matters } from './listed-figures.js';

/** A run as its folder tells of it. */
export interface FoundRun {
  readonly summary: RunSummary;
  /** Without the list of skipped images, which is long and seldom looked at. */
  readonly results?: Results;
  /** The experiment as it was run. */
  readonly text?: string;
}

/** Reads the run in a folder; undefined where there is none. Cut, foreign and newer files are shown as a problem. */
export async function readRun(folder: string): Promise<FoundRun | undefined> {
  const found = await readOnce(folder);
  // It may have ended since its files were read: what it said before it went is read after it is known to be gone.
  return found?.summary.status === 'interrupted' ? readOnce(folder) : found;
}

async function readOnce(folder: string): Promise<FoundRun | undefined> {
  const [found, read] = await Promise.all([inspectRunRecord(folder), readResults(folder)]);
  if (isMissing(found) && isMissing(read)) return undefined;
  const record = found.ok ? found.value : undefined;
  const results = read.ok ? { ...read.value, skipped: undefined } : undefined;
  const unreadable = [read, found].flatMap((one) => (one.ok || isMissing(one) ? [] : one.problem))[0] ?? null;
  const summary: RunSummary = {
    ...aboutRun(folder, record, results),
    status: await statusOf(folder, record, results),
    finishedAt: results?.run.finishedAt ?? null,
    stages: stagesOf(record, results),
    progress: null,
    problem: record?.problem ?? results?.run.error ?? unreadable,
    warnings: [],
    differs: [],
    headline: results ? headlineOf(results) : [],
    written: 0,
    waiting: 0,
    expect: { held: (results?.expect ?? []).filter(({ ok }) => ok).length, of: results?.expect.length ?? 0 },
    own: record?.startedBy === 'editor',
  };
  return { summary, results, text: await readSmall(join(folder, SPEC)) };
}

/** The shares of a run that matter, each in a few characters; a white-box rate says so. */
export function headlineOf(results: Results): RunSummary['headline'] {
  const listed = listedFigures(results);
  const figures = listed.map(({ figure }) => figure);
  return listed.flatMap((one, n) => (matters(one.figure, n, figures) ? figureWords(one) : []));
}

function isMissing(read: Result<unknown>): boolean {
  return !read.ok && ['results-missing', 'run-record-missing'].includes(read.problem.code);
}

async function readSmall(file: string): Promise<string | undefined> {
  const bytes = await readRunFile(file, LARGEST_TEXT).catch(() => undefined);
  return bytes?.toString('utf8');
}

function aboutRun(folder: string, record?: RunRecord, results?: Results) {
  const file = record?.file ?? results?.run.file ?? '';
  const name = results?.name ?? record?.name ?? basename(folder);
  const startedAt = record?.startedAt ?? results?.run.startedAt ?? new Date(0).toISOString();
  const set = record?.set ?? results?.run.set ?? [];
  return {
    id: basename(folder),
    folder,
    file,
    uri: URI.file(file).toString(),
    name,
    startedAt,
    set,
    sweep: record?.sweep ?? results?.run.sweep,
    variant: record?.variant ?? results?.run.variant,
    variantCount: record?.variantCount,
    stage: record?.stage,
  };
}

/** A run that was killed says for ever that it is running. */
async function statusOf(folder: string, record?: RunRecord, results?: Results): Promise<ShownStatus> {
  if (record && (await isGoingOn(folder, record))) return 'running';
  if (record && record.status !== 'running') return record.status;
  return results && results.run.status !== 'running' ? results.run.status : 'interrupted';
}

function stagesOf(record?: RunRecord, results?: Results): StageState[] {
  if (record && record.stages.length > 0) return record.stages;
  return (results?.stages ?? []).map(({ name, cached, seconds }) => {
    return { name, status: cached ? 'cached' : 'done', seconds, progress: null };
  });
}

/** Changes whenever a run's folder says something else. */
export async function stampOf(folder: string): Promise<string> {
  const files = await Promise.all(
    ['run.json', 'results.json'].map((name) => stat(join(folder, name)).catch(() => undefined)),
  );
  return files.map((file) => (file ? `${file.mtimeMs}-${file.size}` : '')).join(' ');
}
