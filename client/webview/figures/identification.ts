import { cmcChart } from '../charts/cmc-curve.js';
import { curveStyle } from '../charts/curve.js';
import type { NamedRun } from '../sections/run-names.js';
import type { Figure } from './figure.js';

/** Whether an image tells whom it shows of those who are enrolled, at every rank. */
export function identificationFigures(runs: readonly NamedRun[]): Figure[] {
  const curves = runs.flatMap((run) =>
    (run.results.identification ?? []).map(({ model, curve }, n) => ({
      label: runs.length > 1 ? `${run.name}, ${model}` : model,
      rates: curve,
      ...curveStyle(run.colour, n),
    })),
  );
  if (curves.length === 0) return [];
  return [
    {
      heading: 'Searches that find the person',
      note: 'CMC curves: the share of probes whose identity is among so many nearest, marks at rank 1.',
      file: 'identification',
      draw: (width) => cmcChart(curves, width),
    },
  ];
}
