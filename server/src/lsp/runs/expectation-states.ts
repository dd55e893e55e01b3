import { isScalar, isSeq } from 'yaml';
import { parseExpectation } from '../../experiment/expectations/expectation.js';
import type { ExperimentDocument } from '../../language/document.js';
import type { FileRuns } from '../../language/run-states.js';
import type { ExpectationState } from '../../protocol/lsp.js';

/** The `expect` lines of a document, whatever else is wrong with it, and how each ended the last time. */
export function expectationStates(document: ExperimentDocument, runs: FileRuns): ExpectationState[] {
  const lines = document.tree.nodeAt(['expect']);
  if (!isSeq(lines)) return [];
  return lines.items.flatMap((item, n) => {
    if (!isScalar(item) || typeof item.value !== 'string') return [];
    const text = item.value;
    return { text, range: document.valueRange(['expect', n]), outcome: outcomeOf(text, runs) };
  });
}

function outcomeOf(text: string, runs: FileRuns): ExpectationState['outcome'] {
  const expectation = parseExpectation(text);
  if (!expectation.ok) return null;
  const judged = runs.measured(expectation.value.path, ({ expect }) => expect.find((line) => line.text === text));
  const missed = runs.variants
    ?.map(({ measured }) => measured(expectation.value.path, ({ expect }) => expect.find((line) => line.text === text)))
    .find((one) => one && !one.value.ok && !one.stale);
  // An experiment of many variants holds what it expects where each of them does.
  if (missed) return { ok: false, actual: missed.value.actual, folder: missed.folder, stale: false };
  if (!judged) return null;
  const { value, folder, stale } = judged;
  return { ok: value.ok, actual: value.actual, folder, stale };
}
