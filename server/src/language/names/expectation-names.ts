import { expectationSpans } from '../../experiment/expectations/expectation.js';
import { followPath, nameSources } from '../../stages/figures.js';
import { type Occurrence, textSpan } from './occurrence.js';

/** The names in an expectation's line: `face-recognition` in `accuracy.face-recognition.top1 >= 85%`. */
export function expectationNames(text: string, line: unknown): Occurrence[] {
  const span = textSpan(text, line);
  const spans = span && expectationSpans(span.value);
  if (!spans) return [];
  const { names } = followPath(spans.segments.map((segment) => segment.text));
  return Object.entries(names as Record<string, string>).flatMap(([kind, name]) => {
    const segment = spans.segments.find(({ text: written }, n) => n > 0 && written === name);
    if (!segment || !nameSources[kind]?.givenAt || name === 'original') return [];
    const { start, end } = segment;
    return {
      kind: nameSources[kind].means ?? kind,
      name,
      role: 'reference',
      inPath: true,
      start: span.start + start,
      end: span.start + end,
    } as const;
  });
}
