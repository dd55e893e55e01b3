import { percent } from '../../protocol/figure-text.js';
import type { Results } from '../../protocol/results.js';
import type { RunSummary } from '../../protocol/run-state.js';

type Headline = RunSummary['headline'];

/** The figures of a run that a list shows, each in a few characters; a white-box rate says so. */
export function headlineOf({ accuracy = [], robustness, poison = [] }: Results): Headline {
  const rates = accuracy.map(({ model, top }) => {
    const [depth, hits] = Object.entries(top)[0] ?? [];
    return { label: `${model} top-${depth}`, value: percent(hits?.rate) };
  });
  const found = Object.entries(robustness?.withValid ?? {})
    .filter(([version]) => version !== 'original')
    .map(([version, { rate }]) => ({ label: `${version} still found`, value: percent(rate) }));
  const protectedBy = poison
    .filter(({ name, top1 }) => top1 !== null && robustness?.withValid[name] === undefined)
    .map(({ name, top1, whiteBox }) => ({
      label: `${name} top-1${whiteBox ? ' (white-box)' : ''}`,
      value: percent(top1),
    }));
  return [...rates, ...found, ...protectedBy];
}
