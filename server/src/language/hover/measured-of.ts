import type { SpecPath } from '../../experiment/syntax/tree.js';
import type { ExperimentDocument } from '../document.js';
import { costNotes } from '../inlay/costs.js';
import { figureNotes } from '../inlay/figures.js';
import type { RunStates } from '../run-states.js';

/** What was last measured at a path, or of the section around it, and what the next run costs; undefined where nothing was. */
export function measuredOf(
  document: ExperimentDocument,
  path: SpecPath,
  runs: RunStates | undefined,
): string | undefined {
  if (!runs) return undefined;
  const known = runs.of(document);
  const isAround = (at: SpecPath) => at.every((segment, n) => segment === path[n]);
  const costs = costNotes(document, known.planned).filter(({ at }) => isAround(at));
  const around = [...figureNotes(document, known, isAround), ...costs];
  const nearest = Math.max(...around.map(({ at }) => at.length));
  const notes = around.filter(({ at }) => at.length === nearest);
  return notes.length > 0
    ? notes.map(({ label, tooltip }) => [label, tooltip].filter(Boolean).join('\n\n')).join('\n\n')
    : undefined;
}
