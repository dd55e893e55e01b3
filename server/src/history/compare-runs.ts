import { fail, ok, type Result } from '../protocol/errors.js';
import type { Results } from '../protocol/results.js';
import { differingSettings } from '../protocol/runs/table/columns.js';
import type { RunComparison } from '../protocol/runs/table/run-comparison.js';
import type { RunRow } from '../protocol/runs/table/run-row.js';
import { stages } from '../stages/all.js';
import { type Figure, figuresOfFile, namesInResults, withNames } from '../stages/figures.js';
import { measuredFigure } from '../stages/findings/measured.js';
import { readResults } from '../store/run-folder/read-results.js';
import { type Changed, changedVerdicts, type Pairing } from './changed-verdicts.js';
import { type RunReading, readRow } from './row-of-run.js';

interface Compared {
  readonly row: RunRow;
  readonly results: Results;
}

/**
 * What tells runs apart. Problems: those of `readResults`; `run-unknown`, where a folder holds no run; those of their
 * queries, `run-queries-unusable`.
 */
export async function compareRuns(
  folders: readonly string[],
  reading: RunReading,
  pairing: Pairing,
): Promise<Result<RunComparison>> {
  const runs: Compared[] = [];
  for (const folder of folders) {
    const results = await readResults(folder);
    if (!results.ok) return results;
    const row = await readRow(folder, reading);
    if (!row) return fail('run-unknown', `${folder} holds no run`);
    runs.push({ row, results: results.value });
  }
  const [first, ...others] = runs as [Compared, ...Compared[]];
  const verdicts: (Changed & { run: string })[] = [];
  for (const other of others) {
    const changed = await changedVerdicts(
      { folder: first.row.folder, results: first.results },
      { folder: other.row.folder, results: other.results },
      pairing,
    );
    if (!changed.ok) return changed;
    verdicts.push(...changed.value.map((verdict) => ({ run: other.row.id, ...verdict })));
  }
  const adjusted = pairing.adjusted(verdicts.map(({ pByIdentityAlone }) => pByIdentityAlone));
  const queries = verdicts.map((verdict, n) => ({ ...verdict, pByIdentity: adjusted[n] ?? null }));
  return ok({
    runs: runs.map(({ row }) => aboutRun(row)),
    settings: settingsOf(runs),
    sections: sectionsOf(runs),
    queries,
  });
}

function aboutRun({ id, folder, file, name, status, startedAt }: RunRow): RunComparison['runs'][number] {
  return { id, folder, file, name, status, startedAt };
}

/** Those that differ; what was computed on and which photographs were there are such as no file has. */
function settingsOf(runs: readonly Compared[]): RunComparison['settings'] {
  const rows = runs.map(({ row }) => row);
  const settings = differingSettings(rows).map((path) => ({
    path,
    values: rows.map((row) => row.settings[path] ?? null),
  }));
  const beside = [
    { path: '--device', values: runs.map(({ results }) => results.run.device) },
    {
      path: 'photographs of the data set (SHA-256)',
      values: runs.map(({ results }) => results.run.hashes?.dataset ?? null),
    },
  ];
  return [...settings, ...beside.filter(({ values }) => new Set(values).size > 1)];
}

const OTHER_TITLES: Readonly<Record<string, string>> = { images: 'Images', stages: 'Stages' };

/** Every figure that any of the runs has, by what measured it, in the order of the results. */
function sectionsOf(runs: readonly Compared[]): RunComparison['sections'] {
  const figures = new Map<string, Figure>();
  for (const { results } of runs) {
    for (const figure of figuresOfFile(namesInResults(results), (block) => block in results)) {
      figures.set(figure.path, figure);
    }
  }
  const sections = new Map<string, RunComparison['sections'][number]['figures']>();
  for (const figure of figures.values()) {
    const compared = comparedFigure(figure, runs);
    if (!compared) continue;
    const block = String(figure.segments[0]);
    const title = figure.stage?.title ?? OTHER_TITLES[block] ?? stages.find(({ key }) => key === block)?.title ?? block;
    sections.set(title, [...(sections.get(title) ?? []), compared]);
  }
  return [...sections].map(([title, inside]) => ({ title, figures: inside }));
}

function comparedFigure(figure: Figure, runs: readonly Compared[]) {
  const measured = runs.map(({ results }) => measuredFigure(results, figure));
  if (measured.every((one) => one === undefined)) return undefined;
  const values = measured.map((one) => one?.value ?? null);
  const [first = null, ...others] = values;
  return {
    path: figure.path,
    label: withNames(figure.label, figure.names),
    kind: figure.kind,
    better: figure.better,
    values,
    intervals: measured.map((one) => (one?.interval ? ([...one.interval] as [number, number]) : null)),
    whiteBox: measured.map((one) => one?.whiteBox ?? false),
    deltas: others.map((value) => (value === null || first === null ? null : value - first)),
  };
}
