import { parseExpectation } from '../../spec/expectation.js';
import type { FixMaker } from './fix.js';

/** Signs that people write for operators. */
const MEANT: readonly (readonly [written: RegExp, operator: string])[] = [
  [/≥|=>/, '>='],
  [/≤|=</, '<='],
  [/≠|<>/, '!='],
  [/===/, '=='],
  [/(?<![<>=!])=(?!=)/, '=='],
  [/:/, '>='],
];

/** Writes the operator that was meant. */
export const anotherOperator: FixMaker = {
  codes: ['expect-syntax'],
  create(_, { start, end, text }) {
    return MEANT.flatMap(([written, operator]) => {
      const better = text.replace(written, operator);
      const inside = better.replace(/^(["'])(.*)\1$/, '$2');
      if (better === text || !parseExpectation(inside).ok) return [];
      return [{ title: `Write ${inside}`, changes: [{ start, end, text: better }], preferred: true, safe: true }];
    }).slice(0, 1);
  },
};
