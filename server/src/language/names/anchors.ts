import type { ExperimentDocument } from '../document.js';
import { leavesIn } from '../syntax/leaves-in.js';
import type { Occurrence } from './occurrence.js';

/** Anchors (`&faces`) and the aliases (`*faces`) that stand for what they mark. */
export function anchorsIn(document: ExperimentDocument): Occurrence[] {
  if (!/[&*]/.test(document.text)) return [];
  const settings = new Map<string, number>();
  return leavesIn(document).flatMap(({ type, source, offset }) => {
    if (type !== 'anchor' && type !== 'alias') return [];
    const name = source.slice(1);
    if (type === 'anchor') settings.set(name, (settings.get(name) ?? 0) + 1);
    const role = type === 'anchor' ? 'definition' : 'reference';
    const span = { start: offset + 1, end: offset + source.length };
    return { kind: 'anchor', name, role, setting: settings.get(name) ?? 0, ...span } as const;
  });
}
