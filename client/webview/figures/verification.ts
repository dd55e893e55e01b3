import type { Results } from '../../../server/src/protocol/webview.js';
import { curveStyle } from '../charts/curve.js';
import { detChart } from '../charts/det-curve.js';
import { type RocCurve, rocChart } from '../charts/roc-curve.js';
import type { NamedRun } from '../sections/run-names.js';
import type { Figure } from './figure.js';

/** Whether the distance of two images tells that they show one person, at every threshold. */
export function verificationFigures(runs: readonly NamedRun[]): Figure[] {
  const curves = runs.flatMap((run) =>
    (run.results.verification ?? []).map((model, n) => curveOf(run, model, n, runs.length > 1)),
  );
  if (curves.length === 0) return [];
  return [
    {
      heading: 'True match rate at each false match rate',
      note: 'ROC curves, marks at the rates of the table; thresholds at which no impostor pair matches have no place on this axis.',
      file: 'verification',
      draw: (width) => rocChart(curves, width),
    },
    {
      heading: 'False non-match rate at each false match rate',
      note: 'DET curves: the same thresholds, both rates of error on logarithmic axes, on which a rate of 0 has no place.',
      file: 'det',
      draw: (width) => detChart(curves, width),
    },
  ];
}

function curveOf(
  run: NamedRun,
  { model, roc, at }: NonNullable<Results['verification']>[number],
  n: number,
  several: boolean,
): RocCurve {
  return {
    label: several ? `${run.name}, ${model}` : model,
    points: roc.fmr.map((fmr, place) => ({ fmr, tmr: roc.tmr[place]! })),
    marked: at.flatMap(({ actualFmr, tmr: { rate } }) =>
      actualFmr === null || rate === null ? [] : [{ fmr: actualFmr, tmr: rate }],
    ),
    ...curveStyle(run.colour, n),
  };
}
