import type { Remedy } from '../../protocol/problem.js';
import { UNFIT_CODES } from '../../stages/declare.js';
import type { Repair } from '../syntax/slips.js';
import type { Range, SpecPath } from '../syntax/tree.js';

export type Severity = 'error' | 'warning' | 'info';

/** Every code that reading a file may give, with what it means. Codes are stable; messages are not. */
export const DIAGNOSTIC_CODES = {
  'yaml-syntax': 'The text is not valid YAML.',
  'file-too-large': 'The file is larger than an experiment can be.',
  'unsupported-version': 'The file is written for another version of the format.',
  'unknown-key': 'No such key is known here.',
  'missing-key': 'A required key is not there.',
  'wrong-type': 'The value is of another kind than the key takes.',
  'out-of-range': 'The value lies outside of what the key takes.',
  'invalid-value': 'The value is none of those that the key takes.',
  'unknown-plugin': 'No plugin of this family has this name.',
  'duplicate-name': 'Two models, or two perturbations, have one name.',
  'reserved-name': 'The name has a meaning of its own, in results or in JavaScript.',
  'unknown-model': 'No model of `embed.models` has this name.',
  'unknown-perturbation': 'No other perturbation of the same photographs has this name.',
  'likeness-circular': 'Perturbations are to be as visible as one another.',
  'env-not-set': 'An environment variable that a path names is not set.',
  'path-missing': 'A file or folder is not there, or is not what the key takes.',
  'weights-missing': 'The weights of a model are not on this machine.',
  'files-unfit': 'What a path leads to is not what the plugin reads.',
  'model-without-words': 'Questions are asked of a model that has no text encoder.',
  'index-unfit': 'The index measures otherwise than the embeddings of a model are compared.',
  'selection-unfit': 'Fewer images can be selected than the file asks for, or none.',
  'tracker-unfit': 'A tracker searches in a way that the engine does not take.',
  ...UNFIT_CODES,
  'model-unlearned': 'A model is asked about images or by words that it does not know.',
  'percentile-unlikely': 'A percentile below 1 looks like a share.',
  'remote-service': 'Images are sent to another machine.',
  'expect-syntax': 'An expectation is not of the form `path op number[%]`.',
  'expect-unfit':
    'An expectation compares a figure with a number that it cannot have: a share with 85, a count with per cent.',
  'expect-unknown-metric': 'An expectation names something that the results will not have.',
  'stage-needs': 'A stage needs another one, which the file does not have.',
  'unused-key': 'The key says nothing beside the others that are there.',
  'unused-section': 'Nothing in the file uses this section.',
  'axis-unfit': 'An axis of `matrix` is no path of a key, meets another one, or has a value twice.',
  'matrix-empty': 'A `matrix` excludes all of its variants.',
  'matrix-too-large': 'A `matrix` has more variants than are run.',
  'matrix-vain': 'A `matrix` has no axis, or an entry of its `exclude` or `include` changes nothing.',
  'disable-unknown': 'A comment disables a code that there is not.',
  'disable-unused': 'A comment disables what is not there, or what cannot be disabled.',
  'set-invalid': 'A `--set` is not of the form `key.path=value`, or leads nowhere.',
} as const;
export type DiagnosticCode = keyof typeof DIAGNOSTIC_CODES;

/** Errors of what is on this machine: the file can be read, and be in order on another one. */
const OF_THE_DISK: readonly DiagnosticCode[] = ['path-missing', 'files-unfit'];

/** Whether a comment may silence a diagnostic: not what keeps a file from being read, and so from being run. */
export function canBeSilenced({ code, severity }: Pick<Diagnostic, 'code' | 'severity'>): boolean {
  return severity !== 'error' || OF_THE_DISK.includes(code);
}

/** Something wrong, or odd, at a place in an experiment file. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly message: string;
  readonly range: Range;
  /** What the diagnostic is about, as a path into the file. */
  readonly path: SpecPath;
  /** What to do. */
  readonly hint?: string;
  readonly remedy?: Remedy;
  /** Other places that it is about. */
  readonly related?: readonly { readonly path: SpecPath; readonly message: string }[];
  /** The valid word nearest to the one that is there, or the section that is missing. */
  readonly suggestion?: string;
  /** What was meant, where that is plain. */
  readonly repair?: Repair;
}
