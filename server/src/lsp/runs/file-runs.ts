import { listsNamed } from '../../experiment/checks/check-files.js';
import { dependsOnFile, sameSettings } from '../../experiment/expectations/figure-settings.js';
import type { ReadVariant } from '../../experiment/matrix/variants.js';
import { type ReadExperiment, readExperiment } from '../../experiment/read.js';
import type { FoundRun } from '../../history/read-run.js';
import type { FileRuns, Measured } from '../../language/run-states.js';
import type { LanguageServices } from '../../language/services.js';
import type { Plugin } from '../../plugins/declare.js';
import { canonicalJson } from '../../protocol/canonical-json.js';
import type { PlannedWork } from '../../protocol/lsp.js';
import type { Results } from '../../protocol/results.js';
import type { RunSummary } from '../../protocol/runs/run-state.js';
import { overridesOf, type VariantValues } from '../../protocol/runs/variant.js';
import type { ExperimentSpec } from '../../stages/spec.js';

/** Older results are not looked at for a figure that newer ones do not hold. */
const RESULTS_SEARCHED = 20;

/** A run's results with the experiment that they were measured by, where that can still be read. */
export interface MeasuredRun {
  readonly results: Results;
  readonly folder: string;
  readonly spec?: ExperimentSpec;
  readonly isGoingOn?: boolean;
}

/** What the lists and tables that experiments name are now. */
export interface ListsNow {
  readonly plugins: readonly Plugin[];
  /** Of the content: null where it cannot be read, undefined where it was not read yet. */
  readonly hashOf: (file: string) => string | null | undefined;
}

/** The runs of a file, seen from the experiment that the file is now (or was, before it had an error). */
export function fileRuns(
  runs: readonly RunSummary[],
  measured: readonly MeasuredRun[],
  now: ExperimentSpec | undefined,
  planned: readonly PlannedWork[],
  variants?: readonly Pick<ReadVariant, 'values' | 'spec'>[],
  lists?: ListsNow,
): FileRuns {
  return {
    variants: variants && ofVariants(variants, runs, measured, lists),
    running: runs.find(({ status }) => status === 'running'),
    latest: runs[0],
    results: measured[0]?.results,
    resultsFolder: measured[0]?.folder,
    planned,
    measured: measuredBy(measured, now, lists),
  };
}

/** Each run is looked at once, however many variants there are. */
function ofVariants(
  variants: readonly Pick<ReadVariant, 'values' | 'spec'>[],
  runs: readonly RunSummary[],
  measured: readonly MeasuredRun[],
  lists: ListsNow | undefined,
): FileRuns['variants'] {
  const runsOf = byVariant(runs, ({ variant }) => variant);
  const measuredOf = byVariant(measured, ({ results }) => results.run.variant);
  return variants.map(({ values, spec }) => {
    const key = canonicalJson(values);
    return { values, latest: runsOf.get(key)?.[0], measured: measuredBy(measuredOf.get(key) ?? [], spec, lists) };
  });
}

function byVariant<T>(items: readonly T[], variantOf: (item: T) => VariantValues | undefined): Map<string, T[]> {
  const grouped = new Map<string, T[]>();
  for (const item of items) {
    const variant = variantOf(item);
    if (variant === undefined) continue;
    const key = canonicalJson(variant);
    const others = grouped.get(key);
    if (others) others.push(item);
    else grouped.set(key, [item]);
  }
  return grouped;
}

/** What the newest runs measured that hold a figure, those with the experiment's settings first. */
function measuredBy(
  runs: readonly MeasuredRun[],
  now: ExperimentSpec | undefined,
  lists: ListsNow | undefined,
): FileRuns['measured'] {
  const isStale = staleness(now, lists);
  return <T>(path: readonly string[], pick: (results: Results) => T | undefined) => {
    let newest: Measured<T> | undefined;
    // Mostly the first that is looked at is fresh, and this is asked of every figure at every edit.
    for (const run of runs.slice(0, RESULTS_SEARCHED)) {
      const { results, folder, isGoingOn } = run;
      const value = pick(results);
      if (value === undefined) continue;
      const stale = isStale(run, path);
      const measuredAt = results.run.finishedAt ?? results.run.startedAt;
      const found = { value, folder, measuredAt, stale, isGoingOn };
      if (!stale) return found;
      newest ??= found;
    }
    return newest;
  };
}

/** Whether an experiment's settings, or a list that they name, are no more what a run measured a figure by. */
function staleness(now: ExperimentSpec | undefined, lists: ListsNow | undefined) {
  // Asked of each of hundreds of variants, of which few may have been run.
  let named: readonly [string, string][] | undefined;
  return ({ results, spec }: MeasuredRun, path: readonly string[]): boolean => {
    if (!spec || !now || !sameSettings(spec, now, path)) return true;
    named ??= lists ? [...listsNamed(now, lists.plugins)] : [];
    const changed = named.filter(([key, file]) => {
      const [before, after] = [results.run.hashes?.lists?.[key], lists?.hashOf(file)];
      return before !== undefined && after !== undefined && before !== after;
    });
    return changed.some(([, file]) => dependsOnFile(now, path, file));
  };
}

/** The experiments that runs were of, as they were read then; each is read once. */
export class PastExperiments {
  private readonly read = new WeakMap<FoundRun, MeasuredRun>();

  /** Those of the runs that have results. */
  of(runs: readonly FoundRun[], services: LanguageServices): MeasuredRun[] {
    return runs.flatMap((run) => (run.results ? this.one(run, run.results, services) : []));
  }

  private one(run: FoundRun, results: Results, services: LanguageServices): MeasuredRun {
    const known = this.read.get(run);
    if (known) return known;
    const { file } = results.run;
    const { plugins, env, workspaceFolderOf } = services;
    const options = {
      file,
      plugins,
      env,
      workspaceFolder: workspaceFolderOf(file),
      overrides: overridesOf(results.run),
    };
    const { folder, status } = run.summary;
    let read: ReadExperiment | undefined;
    const measured = {
      ...{ results, folder, isGoingOn: status === 'running' },
      // Of hundreds of runs few are asked.
      get spec() {
        read ??= readExperiment(run.text ?? '', options);
        return read.spec;
      },
    };
    this.read.set(run, measured);
    return measured;
  }
}
