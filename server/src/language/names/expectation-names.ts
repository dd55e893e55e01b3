import { expectationSpans } from '../../experiment/expectations/expectation.js';
import { partsOfVersion } from '../../protocol/names.js';
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
    const isGiven = nameSources[kind]?.givenAt ?? kind === 'treated';
    if (!segment || !isGiven || name === 'original') return [];
    const { start, end } = segment;
    const parts = partsOfVersion(name);
    if (parts[1] !== undefined) return end - start === name.length ? versionNames(parts, span.start + start) : [];
    return {
      kind: nameSources[kind]?.means ?? kind,
      name,
      role: 'reference',
      inPath: true,
      start: span.start + start,
      end: span.start + end,
    } as const;
  });
}

/** The two names in `fawkes+jpeg75`, which begins at `start`. */
function versionNames([version, countermeasure = '']: ReturnType<typeof partsOfVersion>, start: number): Occurrence[] {
  const behind = start + version.length + 1;
  const shared = { role: 'reference', inVersion: true } as const;
  return [
    ...(version === 'original'
      ? []
      : [{ ...shared, kind: 'perturbation', name: version, start, end: start + version.length }]),
    { ...shared, kind: 'countermeasure', name: countermeasure, start: behind, end: behind + countermeasure.length },
  ];
}
