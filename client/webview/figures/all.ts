import type { NamedRun } from '../sections/run-names.js';
import { accuracyFigures } from './accuracy.js';
import { attributesFigures } from './attributes.js';
import { crossedFigures } from './crossed.js';
import type { Figure } from './figure.js';
import { identificationFigures } from './identification.js';
import { robustnessFigures } from './robustness.js';
import { thresholdFigures } from './threshold.js';
import { verificationFigures } from './verification.js';

/** Every chart of a run, beside those of the runs that it is compared with. */
export function figuresOf(runs: readonly NamedRun[]): Figure[] {
  return [
    ...accuracyFigures(runs),
    ...verificationFigures(runs),
    ...identificationFigures(runs),
    ...ofEach(runs, attributesFigures),
    ...thresholdFigures(runs),
    ...ofEach(runs, crossedFigures),
    ...robustnessFigures(runs),
  ];
}

/** A figure that is about one run; of several, each says whose it is. */
function ofEach(runs: readonly NamedRun[], figuresOf: (results: NamedRun['results']) => Figure[]): Figure[] {
  return runs.flatMap((run) => figuresOf(run.results).map((figure) => (runs.length > 1 ? ofRun(figure, run) : figure)));
}

function ofRun(figure: Figure, { name, colour }: NamedRun): Figure {
  return { ...figure, heading: `${figure.heading}: ${name}`, file: `${figure.file}-${colour + 1}` };
}
