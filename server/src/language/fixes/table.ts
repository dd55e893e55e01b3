import type { DiagnosticCode } from '../../experiment/checks/diagnostics.js';
import { UNFIT_CODES } from '../../stages/declare.js';
import type { ExperimentDocument } from '../document.js';
import type { LanguageServices } from '../services.js';
import { anotherName } from './another-name.js';
import { anotherSelection } from './another-selection.js';
import { anotherValue } from './another-value.js';
import { anotherModel, anotherPerturbation, didYouMean } from './did-you-mean.js';
import { disableIt, removeDisable } from './disable.js';
import { anotherBound, anotherMetric, anotherOperator } from './expectations.js';
import { fetchWeights } from './fetch-weights.js';
import type { Fault, Fix, FixMaker } from './fix.js';
import { insertMissing, insertParameter } from './insert-missing.js';
import { createPath } from './missing-path.js';
import { removeIt } from './remove.js';
import { removeSecondKey } from './syntax.js';

/** What is done about diagnostics, the likeliest first. */
const FIXES: readonly FixMaker[] = [
  didYouMean,
  anotherModel,
  anotherPerturbation,
  anotherValue,
  anotherOperator,
  anotherMetric,
  anotherBound,
  anotherName,
  insertMissing,
  insertParameter,
  createPath,
  fetchWeights,
  removeSecondKey,
  removeDisable,
  anotherSelection,
  removeIt,
];

/** What may be meant, where it is not plain. */
const GUESSES: readonly FixMaker[] = [didYouMean, anotherModel, anotherPerturbation, anotherValue];

/** Codes about which nothing can be done in the file, and why. */
export const WITHOUT_FIX: Partial<Record<DiagnosticCode, string>> = {
  'file-too-large': 'What is too much is for its writer to say.',
  'matrix-too-large': 'Which variants are wanted is for the user to say.',
  'env-not-set': 'Only the user knows what the variable is to hold.',
  'likeness-circular': 'Which of them the others are measured by is for the user to say.',
  'model-without-words': 'Which model is to be asked is for the user to say.',
  ...Object.fromEntries(
    Object.keys(UNFIT_CODES).map((code) => [code, 'What is wanting of a data set is not in the file.']),
  ),
  'remote-service': 'Whether images may leave the machine is for the user to say.',
  'model-unlearned': 'Which model, images or words are meant is for the user to say.',
  'tracker-unfit': 'Which engine or tracker is meant is for the user to say.',
  'set-invalid': 'It is on the command line, not in the file.',
};

/** Everything that puts a fault right; of what may be silenced, the last does. */
export async function fixesFor(document: ExperimentDocument, fault: Fault, services: LanguageServices): Promise<Fix[]> {
  const { code, repair } = fault;
  const makers = FIXES.filter((maker) => maker.codes.includes(code) && !(repair && GUESSES.includes(maker)));
  const fixes = await Promise.all(makers.map((maker) => maker.create(document, fault, services)));
  const meant = repair ? [{ ...repair, preferred: true }] : [];
  return [...meant, ...fixes.flat(), ...disableIt(document, fault)];
}
