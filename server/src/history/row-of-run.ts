import { flatSettings } from '../experiment/flat-settings.js';
import { readExperiment } from '../experiment/read.js';
import type { Plugin } from '../plugins/declare.js';
import type { RowFigure, RunNote, RunRow } from '../protocol/runs/table/run-row.js';
import { overridesOf } from '../protocol/runs/variant.js';
import { figurePatterns } from '../stages/figures.js';
import { keyOf } from '../store/files.js';
import { readEvents } from '../store/run-folder/control-files.js';
import { readRunNote } from '../store/run-folder/run-note.js';
import { listedFigures } from './listed-figures.js';
import { type FoundRun, readRun } from './read-run.js';

/** What a run's experiment is read with. */
export interface RunReading {
  readonly plugins: readonly Plugin[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Changes with what rows are made of, so that what an earlier version read is read again. */
export const ROW_KEY = keyOf([
  'row 2',
  figurePatterns.filter(({ short }) => short !== undefined).map(({ segments, label, kind }) => [segments, label, kind]),
]);

/** Reads the run in a folder; undefined where there is none. */
export async function readRow(folder: string, reading: RunReading): Promise<RunRow | undefined> {
  const [run, note] = await Promise.all([readRun(folder), readRunNote(folder)]);
  if (!run) return undefined;
  const row = rowOf(run, note.ok ? note.value : { star: false, note: '' }, reading);
  const problem = row.problem ?? (note.ok ? null : note.problem);
  return { ...row, problem, ...(row.status === 'running' && (await stateOf(folder))) };
}

function rowOf({ summary, results, text }: FoundRun, note: RunNote, { plugins, env }: RunReading): RunRow {
  const { id, folder, file, name, status, startedAt, finishedAt, stage = null, set, expect, problem } = summary;
  const { sweep, variant } = summary;
  const swept = { ...(sweep !== undefined && { sweep }), ...(variant && { variant }) };
  const settings =
    text === undefined
      ? {}
      : flatSettings(readExperiment(text, { file, env, plugins, overrides: overridesOf(summary) }));
  const listed = results ? listedFigures(results) : [];
  const figures = Object.fromEntries(
    listed.map(({ figure, measured: { value, interval, whiteBox } }): [string, RowFigure] => {
      return [figure.path, { value, ...(interval && { interval: [...interval] }), ...(whiteBox && { whiteBox }) }];
    }),
  );
  const about = { id, folder, file, name, status, startedAt, finishedAt, stage, set, ...swept, expect, problem };
  return { ...about, settings, figures, progress: null, waiting: 0, ...note };
}

/** How far a run that goes on said last that it is, and how many it waits for. */
async function stateOf(folder: string): Promise<Pick<RunRow, 'progress' | 'waiting'>> {
  const said = await readEvents(folder);
  const state: { progress: RunRow['progress']; waiting: number } = { progress: null, waiting: 0 };
  for (const event of said) {
    if (event.type === 'progress' && event.run) state.progress = event.run;
    if (event.type === 'waiting') state.waiting = event.runs;
  }
  return state;
}
