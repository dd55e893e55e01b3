import { UNITS } from '../../../server/src/protocol/results/distance-unit.js';
import type { Results } from '../../../server/src/protocol/webview.js';
import { histogramChart } from '../charts/histogram.js';
import type { NamedRun } from '../sections/run-names.js';
import type { Figure } from './figure.js';

export interface SetThreshold {
  readonly run: NamedRun;
  readonly threshold: NonNullable<Results['threshold']>;
}

export function setThresholds(runs: readonly NamedRun[]): SetThreshold[] {
  return runs.flatMap((run) => (run.results.threshold ? [{ run, threshold: run.results.threshold }] : []));
}

/** How near a result must be to count as the same person, of runs in which that differs from query to query. */
export function thresholdFigures(runs: readonly NamedRun[]): Figure[] {
  const sets = setThresholds(runs);
  return sets
    .filter(({ threshold }) => threshold.value === undefined)
    .map((set) => distributionOf(set, sets, runs.length > 1));
}

/** Those of one unit have one axis, so that what is above one another compares. */
function distributionOf({ run, threshold }: SetThreshold, sets: readonly SetThreshold[], several: boolean): Figure {
  const { histogram, median, unit } = threshold;
  const alike = sets.filter((set) => set.threshold.unit === unit).flatMap((set) => set.threshold.histogram.edges);
  const chart = {
    ...histogram,
    median,
    label: `threshold (${UNITS[unit]})`,
    counted: 'queries',
    colour: `var(--run-${run.colour})`,
    domain: alike.length > 0 ? ([Math.min(...alike), Math.max(...alike)] as const) : undefined,
  };
  return {
    heading: several ? `Thresholds of the queries: ${run.name}` : 'Thresholds of the queries',
    note: 'How many queries have a threshold in each bin.',
    file: several ? `threshold-${run.colour + 1}` : 'threshold',
    draw: (width) => histogramChart(chart, width),
  };
}
