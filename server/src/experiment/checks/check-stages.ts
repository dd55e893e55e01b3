import type { Reading } from '../reader.js';
import type { ExperimentSpec } from '../types.js';

type Section = keyof ExperimentSpec;

/** What each stage cannot do without. */
const NEEDS: readonly (readonly [stage: Section, needs: Section, why: string])[] = [
  ['index', 'embed', 'it searches embeddings'],
  ['accuracy', 'embed', 'it compares embeddings'],
  ['attributes', 'embed', 'it compares embeddings with words'],
  ['threshold', 'embed', 'it is a distance between embeddings'],
  ['retrieve', 'embed', 'the engine finds images by their embeddings'],
  ['robustness', 'retrieve', 'it counts what was retrieved'],
  ['robustness', 'threshold', 'the threshold decides which results are valid'],
];

/** Sections that are only there for others. */
const USED_BY: readonly (readonly [section: Section, by: readonly Section[]])[] = [
  ['gallery', ['retrieve']],
  ['index', ['accuracy', 'retrieve']],
  ['embed', ['accuracy', 'attributes', 'threshold', 'poison', 'retrieve', 'index']],
];

/** Keys of a perturbation that only say something of a perturbed gallery. */
const GALLERY_KEYS = ['users', 'split'];

/** Checks that every stage has what it needs, and that something uses every section. */
export function checkStages(reading: Reading): void {
  for (const [stage, needs, why] of NEEDS) {
    if (!isWritten(reading, stage) || isWritten(reading, needs)) continue;
    const range = reading.tree.keyRangeOf([stage]);
    const more = { range, hint: `Add "${needs}:".`, suggestion: needs };
    reading.error('stage-needs', [stage], `"${stage}" needs "${needs}": ${why}`, more);
  }
  for (const [section, by] of USED_BY) {
    if (!isWritten(reading, section) || isFaulty(reading, section) || by.some((user) => isWritten(reading, user)))
      continue;
    reading.warn('unused-section', [section], `Nothing uses "${section}"; it serves ${by.join(', ')}`);
  }
}

/** Checks that keys which go with one target of a perturbation are not there with the other. */
export function checkTargets(reading: Reading, { poison = [] }: Pick<ExperimentSpec, 'poison'>): void {
  for (const { name, target } of poison) {
    for (const key of target === 'query' ? GALLERY_KEYS : []) {
      const path = ['poison', name, key];
      if (!reading.tree.nodeAt(path)) continue;
      const hint = 'Write `target: gallery`, or remove it.';
      reading.warn('unused-key', path, `Nothing uses "${key}" unless the gallery is perturbed`, { hint });
    }
  }
}

/** Of a section with an error it cannot be said what it is for. */
function isFaulty({ diagnostics }: Reading, section: Section): boolean {
  return diagnostics.some(({ severity, path }) => severity === 'error' && path[0] === section);
}

function isWritten(reading: Reading, section: Section): boolean {
  return reading.tree.nodeAt([section]) !== undefined;
}
