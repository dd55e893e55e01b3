import { sameForFiles } from '../../protocol/names.js';
import { stages } from '../../stages/all.js';
import type { ExperimentSpec } from '../../stages/spec.js';
import type { Reading } from '../reader.js';

type Section = keyof ExperimentSpec;

/** Sections that are only there for others, with these: who cannot do without them, and who makes use of them. */
const SERVING: readonly (readonly [section: Section, by: readonly Section[]])[] = [
  'gallery' as const,
  ...stages.flatMap(({ key, serves }) => (serves ? [key] : [])),
].map((section) => [
  section,
  stages.flatMap(({ key, needs, uses = [] }) =>
    uses.includes(section) || needs.some((need) => need.section === section) ? [key] : [],
  ),
]);

/** Keys of a perturbation that only say something of a perturbed gallery. */
const GALLERY_KEYS = ['users', 'split'];

/** Checks that every stage has what it needs, and that something uses every section. */
export function checkStages(reading: Reading): void {
  for (const { key, needs } of stages) {
    for (const { section, why } of needs) {
      if (!isWritten(reading, key) || isWritten(reading, section)) continue;
      const range = reading.tree.keyRangeOf([key]);
      const more = { range, hint: `Add "${section}:".`, suggestion: section };
      reading.error('stage-needs', [key], `"${key}" needs "${section}": ${why}`, more);
    }
  }
  for (const [section, by] of SERVING) {
    if (!isWritten(reading, section) || isFaulty(reading, section) || by.some((user) => isWritten(reading, user)))
      continue;
    reading.warn('unused-section', [section], `Nothing uses "${section}"; it serves ${by.join(', ')}`);
  }
}

/** Checks that keys which go with one target of a perturbation are not there with the other. */
export function checkTargets(reading: Reading, { poison = [] }: Partial<ExperimentSpec>): void {
  for (const { name, target } of poison) {
    for (const key of target === 'query' ? GALLERY_KEYS : []) {
      const path = ['poison', name, key];
      if (!reading.tree.nodeAt(path)) continue;
      const hint = 'Write `target: gallery`, or remove it.';
      reading.warn('unused-key', path, `Nothing uses "${key}" unless the gallery is perturbed`, { hint });
    }
  }
}

/** Checks that what goes through countermeasures has one name a version, and is there. */
export function checkCountermeasures(
  reading: Reading,
  { poison = [], countermeasures = [] }: Partial<ExperimentSpec>,
): void {
  for (const { name, target } of countermeasures) {
    const path = ['countermeasures', name];
    const other = poison.find((perturbation) => sameForFiles(perturbation.name, name));
    if (other) {
      const message = `A perturbation is named "${other.name}": "${name}" would be two versions of a photograph`;
      const related = [{ path: ['poison', other.name], message: 'this perturbation' }];
      reading.error('duplicate-name', path, message, { hint: 'Give one of them another name.', related });
    }
    if (target !== 'gallery' || poison.some((perturbation) => perturbation.target === 'gallery')) continue;
    const message = 'No gallery is perturbed: nothing goes through a countermeasure of galleries';
    reading.warn('unused-key', [...path, 'target'], message, {
      hint: 'Perturb one (`target: gallery` in `poison`), or write `target: query`.',
    });
  }
}

/** Of a section with an error it cannot be said what it is for. */
function isFaulty({ diagnostics }: Reading, section: Section): boolean {
  return diagnostics.some(({ severity, path }) => severity === 'error' && path[0] === section);
}

function isWritten(reading: Reading, section: Section): boolean {
  return reading.tree.nodeAt([section]) !== undefined;
}
