import { parseExpectation } from '../../spec/expectation.js';
import { type NameKind, type Occurrence, textSpan } from './occurrence.js';

/** What comes before a name in the path of an expectation. */
const BEFORE_NAME: readonly (readonly [kind: NameKind, before: readonly string[]])[] = [
  ['model', ['accuracy']],
  ['model', ['index']],
  ['perturbation', ['poison']],
  ['perturbation', ['robustness', 'withValid']],
  ['perturbation', ['retrieve', 'returned']],
];

/** The name in an expectation's line: `face-recognition` in `accuracy.face-recognition.top1 >= 85%`. */
export function expectationNames(text: string, line: unknown): Occurrence[] {
  const span = textSpan(text, line);
  if (!span) return [];
  const parsed = parseExpectation(span.value);
  if (!parsed.ok) return [];
  const { path } = parsed.value;
  return BEFORE_NAME.flatMap(([kind, before]) => {
    const name = path[before.length];
    if (!name || before.some((segment, n) => segment !== path[n])) return [];
    const start = span.start + span.value.search(/\S/) + before.join('.').length + 1;
    return { kind, name, role: 'reference', start, end: start + name.length } as const;
  });
}
