import { isMap, isScalar, type Pair } from 'yaml';
import { nameOf } from '../../experiment/key-name.js';
import type { TextChange } from '../../experiment/syntax/text-change.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import type { ThresholdForm } from '../../protocol/runs/verifier-distances.js';
import { THRESHOLD_FORMS } from '../../protocol/runs/verifier-distances.js';
import type { ExperimentDocument } from '../document.js';
import { insertEntry, onOneLine } from './insert-entry.js';

/**
 * The change that sets an experiment's threshold, in the form that is given: its number is replaced where it stands in that
 * form, and the other form with it where there is one. Problems: `threshold-not-written`, where nothing there can be
 * replaced; `threshold-in-matrix`, where the matrix sets it.
 */
export function setThreshold(document: ExperimentDocument, form: ThresholdForm, value: number): Result<TextChange> {
  const { tree } = document;
  const axes = tree.nodeAt(['matrix']);
  if (isMap(axes) && (axes.items as Pair[]).some((pair) => /^threshold(\.|$)/.test(nameOf(pair)))) {
    return fail('threshold-in-matrix', 'The threshold is an axis of the matrix: its values stand there', {
      hint: 'Add the value to the axis.',
    });
  }
  const block = tree.nodeAt(['threshold']);
  const written = `${form}: ${value}`;
  if (isScalar(block) && block.value === null && block.range) {
    const [at, end] = block.range;
    return ok({ start: at, end, text: `${document.text[at - 1] === ':' ? ' ' : ''}{${written}}` });
  }
  if (!isMap(block)) {
    return fail('threshold-not-written', 'The file has no `threshold` of its own whose number could be replaced', {
      hint: `Write it: threshold: {${written}}`,
    });
  }
  const pairs = block.items as Pair[];
  const present = pairs.find((pair) => THRESHOLD_FORMS.some((one) => one === nameOf(pair)));
  if (!present) return ok(insertEntry(document, block, onOneLine(written), -1));
  const [key, number] = [present.key, present.value].map((node) => (isScalar(node) ? node.range : undefined));
  if (!key || !number) {
    return fail('threshold-not-written', 'The threshold is no plain number in this file', {
      hint: `Write it: ${written}`,
    });
  }
  if (nameOf(present) === form) return ok({ start: number[0], end: number[1], text: String(value) });
  return ok({ start: key[0], end: number[1], text: written });
}
