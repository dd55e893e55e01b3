import type { PerturbationUse } from '../../experiment/types.js';
import { Halt } from '../halt.js';
import { drawIndices } from '../random.js';
import type { ImageSet } from './list-images.js';

/** Which photographs are the gallery's and which are asked about, and who in the gallery is protected. */
export interface GallerySplit {
  /** Positions of the gallery's photographs, ascending. */
  readonly gallery: readonly number[];
  readonly tests: readonly number[];
  /** Positions of the gallery's photographs of those who are protected. */
  readonly protected: readonly number[];
}

/** Splits each identity's photographs by the perturbation's seed and draws whom to protect; `usable` are positions. */
export function splitGallery(set: ImageSet, usable: readonly number[], use: PerturbationUse): GallerySplit {
  const people = [...byIdentity(set, usable)].filter(([, positions]) => positions.length > 1);
  if (people.length === 0) throw new Halt(nobodyToProtect(use));
  const halves = people.map(([, positions], n) => splitOne(positions, use.split, use.seed + n));
  const users = drawIndices(people.length, use.users, use.seed);
  return {
    gallery: halves.flatMap(({ gallery }) => gallery).sort(ascending),
    tests: halves.flatMap(({ tests }) => tests).sort(ascending),
    protected: users.flatMap((user) => halves[user].gallery).sort(ascending),
  };
}

function byIdentity({ images }: ImageSet, usable: readonly number[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const position of usable) {
    const { identity } = images[position];
    if (identity !== null) groups.set(identity, [...(groups.get(identity) ?? []), position]);
  }
  return groups;
}

/** At least one photograph on either side. */
function splitOne(positions: readonly number[], share: number, seed: number) {
  const count = Math.min(positions.length - 1, Math.max(1, Math.round(share * positions.length)));
  const drawn = new Set(drawIndices(positions.length, count, seed));
  return {
    gallery: positions.filter((_, n) => drawn.has(n)),
    tests: positions.filter((_, n) => !drawn.has(n)),
  };
}

function ascending(a: number, b: number): number {
  return a - b;
}

function nobodyToProtect({ name }: PerturbationUse) {
  return {
    code: 'gallery-no-users',
    message: `poison.${name}: no identity has two photographs that can be used, one to search and one to ask about`,
    specPath: ['poison', name],
    hint: 'Check that the data set says whose each image is, or perturb the queries: `target: query`.',
  };
}
