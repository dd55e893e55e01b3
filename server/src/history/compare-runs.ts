import { fail, ok, type Result } from '../protocol/errors.js';
import { formatPath } from '../protocol/figure-path.js';
import type { Results } from '../protocol/results.js';
import { differingSettings, tellingSettings } from '../protocol/runs/table/columns.js';
import type { ComparedVerdict, RunComparison } from '../protocol/runs/table/run-comparison.js';
import type { RunRow } from '../protocol/runs/table/run-row.js';
import { shortKey, valueText } from '../protocol/runs/variant.js';
import { stages } from '../stages/all.js';
import { type Figure, figuresOfFile, namesInResults, withNames } from '../stages/figures.js';
import { measuredFigure } from '../stages/findings/measured.js';
import { holm } from '../statistics/differences.js';
import { readResults } from '../store/run-folder/read-results.js';
import { type Changed, changedVerdicts } from './changed-verdicts.js';
import { type RunReading, readRow } from './row-of-run.js';

interface Compared {
  readonly row: RunRow;
  readonly results: Results;
}

/**
 * What tells runs apart, of two at least. Problems: those of `readResults`; `run-unknown`, where a folder holds no run;
 * those of their queries, `run-queries-unusable`.
 */
export async function compareRuns(folders: readonly string[], reading: RunReading): Promise<Result<RunComparison>> {
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
  const untested: RunComparison['untested'] = [];
  for (const other of others) {
    const changed = await changedVerdicts(
      { folder: first.row.folder, results: first.results },
      { folder: other.row.folder, results: other.results },
    );
    if (!changed.ok) return changed;
    verdicts.push(...changed.value.map((verdict) => ({ run: other.row.id, ...verdict })));
    if (changed.value.every(({ both }) => both === 0))
      untested.push({ run: other.row.id, why: whyUntested(changed.value) });
  }
  const adjusted = holm(verdicts.map(({ pByIdentityAlone }) => pByIdentityAlone));
  const queries = verdicts.map((verdict, n) => ({ ...verdict, pByIdentity: adjusted[n] ?? null }));
  const labels = labelsOf(runs.map(({ row }) => row));
  return ok({
    runs: runs.map(({ row }, n) => ({ ...aboutRun(row), label: labels[n] ?? row.id })),
    settings: settingsOf(runs),
    sections: sectionsOf(runs, queries),
    untested,
    queries,
  });
}

function whyUntested(verdicts: readonly Changed[]): string {
  return verdicts.length === 0
    ? 'one of the two kept no record of its queries, or judged none'
    : 'the two have no query in common, or judged none by the same model';
}

function aboutRun({ id, folder, file, name, status, startedAt }: RunRow) {
  return { id, folder, file, name, status, startedAt };
}

/** More than so many settings are no name any more. */
const SETTINGS_NAMED = 3;

/** Experiments by their names; runs of one by the settings that differ, and by their ids where these are the same. */
function labelsOf(rows: readonly RunRow[]): string[] {
  const telling = tellingSettings(rows);
  const settings = rows.map((row) => {
    const said = telling.filter((path) => Object.hasOwn(row.settings, path));
    const values = said.map((path) => `${shortKey(path, telling)}=${valueText(row.settings[path])}`);
    return [...values.slice(0, SETTINGS_NAMED), ...(values.length > SETTINGS_NAMED ? ['…'] : [])].join(', ');
  });
  const ways = [rows.map(({ name }) => name), settings];
  const unique = ways.find((names) => names.every(Boolean) && new Set(names).size === names.length);
  return unique ?? rows.map(({ id }, n) => [settings[n], id].filter(Boolean).join(' · '));
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
function sectionsOf(runs: readonly Compared[], verdicts: readonly ComparedVerdict[]): RunComparison['sections'] {
  const figures = new Map<string, Figure>();
  for (const { results } of runs) {
    for (const figure of figuresOfFile(namesInResults(results), (block) => block in results)) {
      figures.set(figure.path, figure);
    }
  }
  const sections = new Map<string, RunComparison['sections'][number]['figures']>();
  for (const figure of figures.values()) {
    const compared = comparedFigure(figure, runs, verdicts);
    if (!compared) continue;
    const block = String(figure.segments[0]);
    const title = figure.stage?.title ?? OTHER_TITLES[block] ?? stages.find(({ key }) => key === block)?.title ?? block;
    sections.set(title, [...(sections.get(title) ?? []), compared]);
  }
  return [...sections].map(([title, inside]) => ({ title, figures: inside }));
}

function comparedFigure(figure: Figure, runs: readonly Compared[], verdicts: readonly ComparedVerdict[]) {
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
    tests: runs.slice(1).map((run, n) => (others[n] === null ? null : testOf(figure, run, verdicts))),
  };
}

/** Where among the verdicts is the one that a figure counts. */
function testOf({ path }: Figure, { row, results }: Compared, verdicts: readonly ComparedVerdict[]): number | null {
  const place = verdicts.findIndex(
    (verdict) => verdict.run === row.id && verdict.both > 0 && countedIn(verdict, results).includes(path),
  );
  return place < 0 ? null : place;
}

/** The figures that count a verdict, by their paths. */
function countedIn({ verdict, model, version }: ComparedVerdict, { threshold, retrieve }: Results): string[] {
  const [, depth] = /^top-(\d+)$/.exec(verdict) ?? [];
  if (depth !== undefined) {
    if (version === 'original') return [formatPath(['accuracy', model, `top${depth}`])];
    return depth === '1' && model === threshold?.model ? [formatPath(['poison', version, 'top1'])] : [];
  }
  if (model !== retrieve?.model) return [];
  return [formatPath(verdict === 'eligible' ? ['robustness', 'eligible'] : ['robustness', 'withValid', version])];
}
