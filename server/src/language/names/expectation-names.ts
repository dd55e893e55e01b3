import { expectationSpans } from '../../experiment/expectations/expectation.js';
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
  const spans = span && expectationSpans(span.value);
  if (!spans) return [];
  const segments = span.value.slice(...spans.path).split('.');
  return BEFORE_NAME.flatMap(([kind, before]) => {
    const name = segments[before.length];
    if (!name || before.some((segment, n) => segment !== segments[n])) return [];
    const start = span.start + spans.path[0] + before.join('.').length + 1;
    return { kind, name, role: 'reference', start, end: start + name.length } as const;
  });
}
