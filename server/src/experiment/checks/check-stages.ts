import { nameForFiles } from '../../protocol/names.js';
import { stages } from '../../stages/all.js';
import type { ExperimentSpec, PerturbationUse } from '../../stages/spec.js';
import { listOf, type Reading } from '../reader.js';
import { didYouMean, nearest } from './did-you-mean.js';

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
    const other = poison.find((perturbation) => nameForFiles(perturbation.name) === nameForFiles(name));
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

/** Checks that a perturbation which is to be as visible as another names one that there is, and that can be made before it. */
export function checkLikeness(reading: Reading, { poison = [] }: Partial<ExperimentSpec>): void {
  for (const use of poison) {
    const { name, like, budget, target } = use;
    if (like === undefined) continue;
    const path = ['poison', name, 'like'];
    const others = poison.filter((one) => one !== use).map((one) => one.name);
    const other = poison.find((one) => one.name === like);
    if (budget) {
      const hint = 'Remove one of them.';
      reading.error('unused-key', path, 'A perturbation has the visibility of `budget` or of `like`, not of both', {
        hint,
      });
    } else if (!other || other === use) {
      const suggestion = nearest(like, others);
      const said = suggestion === undefined ? '' : didYouMean(suggestion);
      const message = other
        ? 'A perturbation cannot be as visible as itself'
        : `No perturbation is named "${like}"${said}`;
      reading.error('unknown-perturbation', path, message, { suggestion, hint: listOf(others) });
    } else if (closesCircle(use, poison)) {
      const hint = 'Give one of them a `budget`.';
      reading.error('likeness-circular', path, `"${name}" and "${like}" are each to be as visible as the other`, {
        hint,
      });
    } else if (other.target !== target) {
      const message = `"${like}" perturbs other photographs: its target is the ${other.target}`;
      reading.error('unknown-perturbation', path, message, { hint: 'Name one with the same `target`.' });
    }
  }
}

/** Whether it closes a circle: what it is to be like is to be like it, over others or not. The last of them closes it. */
function closesCircle(use: PerturbationUse, poison: readonly PerturbationUse[]): boolean {
  const circle = [use];
  for (let at = likeness(use, poison); at && circle.length <= poison.length; at = likeness(at, poison)) {
    if (at === use) return circle.every((one) => poison.indexOf(one) <= poison.indexOf(use));
    circle.push(at);
  }
  return false;
}

function likeness({ like }: PerturbationUse, poison: readonly PerturbationUse[]): PerturbationUse | undefined {
  return poison.find(({ name }) => name === like);
}

/** Of a section with an error it cannot be said what it is for. */
function isFaulty({ diagnostics }: Reading, section: Section): boolean {
  return diagnostics.some(({ severity, path }) => severity === 'error' && path[0] === section);
}

function isWritten(reading: Reading, section: Section): boolean {
  return reading.tree.nodeAt([section]) !== undefined;
}
