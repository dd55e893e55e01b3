import { nearest } from '../../experiment/checks/did-you-mean.js';
import { unfitBound } from '../../experiment/expectations/check-figure.js';
import { expectationSpans, parseExpectation } from '../../experiment/expectations/expectation.js';
import { FileFacts } from '../complete/file-facts.js';
import { outlineOf } from '../complete/outline.js';
import type { FixMaker } from './fix.js';

/** Signs that people write for operators. */
const MEANT: readonly (readonly [written: RegExp, operator: string, safe: boolean])[] = [
  [/≥|=>/, '>=', true],
  [/≤|=</, '<=', true],
  [/≠|<>/, '!=', true],
  [/===/, '==', true],
  // A rate is hardly ever equal to a number: what is meant is for the writer to say.
  [/(?<![<>=!])=(?!=)/, '>=', false],
  [/:/, '>=', false],
];

/** Writes the operator that was meant. */
export const anotherOperator: FixMaker = {
  codes: ['expect-syntax'],
  create(_, { start, end, text }) {
    return MEANT.flatMap(([written, operator, safe]) => {
      const better = text.replace(written, operator);
      const inside = better.replace(/^(["'])(.*)\1$/, '$2');
      if (better === text || !parseExpectation(inside).ok) return [];
      return [{ title: `Write ${inside}`, changes: [{ start, end, text: better }], preferred: safe, safe }];
    }).slice(0, 1);
  },
};

/** Names the figure that was meant, of those that a run of the file will have. */
export const anotherMetric: FixMaker = {
  codes: ['expect-unknown-metric'],
  create(document, { start, text }, { plugins }) {
    const quote = /^["']/.test(text) ? 1 : 0;
    const spans = expectationSpans(text.slice(quote, text.length - quote));
    if (!spans) return [];
    const [from, to] = [spans.path[0] + quote, spans.path[1] + quote];
    const { figures } = new FileFacts(outlineOf(document), plugins, { path: ['expect'], tree: document.tree });
    const meant = nearest(
      text.slice(from, to),
      figures.map(({ path }) => path),
    );
    if (meant === undefined) return [];
    return [
      { title: `Write ${meant}`, changes: [{ start: start + from, end: start + to, text: meant }], preferred: true },
    ];
  },
};

/** Writes the number that was meant: a share in per cent, anything else without a sign. */
export const anotherBound: FixMaker = {
  codes: ['expect-unfit'],
  create(_, { start, text }) {
    const quote = /^["']/.test(text) ? 1 : 0;
    const inside = text.slice(quote, text.length - quote);
    const [spans, parsed] = [expectationSpans(inside), parseExpectation(inside)];
    const meant = parsed.ok ? unfitBound(parsed.value)?.meant : undefined;
    if (!spans || meant === undefined) return [];
    const [from, to] = [start + spans.value[0] + quote, start + spans.value[1] + quote];
    return [{ title: `Write ${meant}`, changes: [{ start: from, end: to, text: meant }], preferred: true }];
  },
};
