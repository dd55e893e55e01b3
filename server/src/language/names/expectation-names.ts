import { expectationSpans } from '../../experiment/expectations/expectation.js';
import { readPath } from '../../protocol/figure-path.js';
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
  const segments = spans && readPath(span.value, spans.path[0])?.segments;
  if (!segments) return [];
  return BEFORE_NAME.flatMap(([kind, before]) => {
    const named = segments[before.length];
    if (!named || before.some((segment, n) => segment !== segments[n].text)) return [];
    const [start, end] = [span.start + named.start, span.start + named.end];
    return { kind, name: named.text, role: 'reference', start, end, inPath: true } as const;
  });
}
