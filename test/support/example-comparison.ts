import type { Results } from '../../server/src/protocol/results.js';
import { type RunComparison, runComparisonSchema } from '../../server/src/protocol/runs/table/run-comparison.js';
import { exampleResults, exampleRun } from './example-results.js';

const WHY = 'the two have no query in common, or judged none by the same model';

/** Made-up runs of one sweep, of which the last shares no query with the first. */
export function exampleCompared(runs: number): { readonly all: Results[]; readonly comparison: RunComparison } {
  const places = Array.from({ length: runs }, (_, n) => n);
  const all = places.map((n) => exampleResults({ run: exampleRun({ id: `run-${n}` }) }));
  const label = (n: number) => `mode=${['low', 'mid', 'high'][n % 3]}, seed=${1 + Math.floor(n / 3)}`;
  // Of two, what both judged is what there is to see.
  const last = runs > 2 ? runs - 1 : -1;
  const verdictOf = (n: number) => ({
    run: `run-${n}`,
    verdict: 'still found',
    model: 'clip-vit-l-14',
    version: 'fawkes',
    both: n === last ? 0 : 728,
    gained: n === last ? 0 : n,
    lost: n === last ? 0 : 3 * n,
    difference: n === last ? null : (-2 * n) / 728,
    ci95ByIdentity: n === last ? null : [(-2 * n) / 728 - 0.01, (-2 * n) / 728 + 0.01],
    p: n === last ? null : 0.5 / n,
    pByIdentity: n === last ? null : 0.6 / n,
    pByIdentityAlone: n === last ? null : 0.55 / n,
    unpaired: n === last ? 1456 : 0,
    changed: n === last ? [] : Array.from({ length: 4 * n }, (_, k) => ({ id: `person-00000${k}/1.png`, now: k < n })),
  });
  const figure = (path: string, named: string, first: number, step: number) => ({
    path,
    label: named,
    kind: 'share',
    better: 'lower',
    values: places.map((n) => first + n * step),
    intervals: places.map((n) => [first + n * step - 0.02, first + n * step + 0.02]),
    whiteBox: places.map(() => false),
    deltas: places.slice(1).map((n) => n * step),
    tests: places.slice(1).map((n) => (path.includes('withValid') && n < last ? n - 1 : null)),
  });
  return {
    all,
    comparison: runComparisonSchema.parse({
      runs: all.map(({ name, run }, n) => ({
        ...{ id: run.id, folder: `/runs/${run.id}`, file: run.file, name, status: 'done', startedAt: run.startedAt },
        label: label(n),
      })),
      settings: [
        { path: 'poison.fawkes.mode', values: places.map((n) => ['low', 'mid', 'high'][n % 3]) },
        { path: 'queries.seed', values: places.map((n) => 1 + Math.floor(n / 3)) },
      ],
      sections: [
        { title: 'Accuracy', figures: [figure('accuracy.face-recognition.top1', 'face-recognition top-1', 0.94, 0)] },
        {
          title: 'Robustness',
          figures: [figure('robustness.withValid.fawkes', 'still found after fawkes', 0.84, -0.00275)],
        },
      ],
      untested: last < 0 ? [] : [{ run: `run-${last}`, why: WHY }],
      queries: places.slice(1).map(verdictOf),
    }),
  };
}
