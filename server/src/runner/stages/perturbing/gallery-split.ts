import { itemAt } from '../../../protocol/item-at.js';
import type { PerturbationUse } from '../../../stages/spec.js';
import { Halt } from '../../halt.js';
import { drawIndices } from '../../random.js';
import type { ImageSet } from '../list-images.js';

/** Which photographs are the gallery's and which are asked about, and who in the gallery is protected. */
export interface GallerySplit {
  /** Positions of the gallery's photographs, ascending. */
  readonly gallery: readonly number[];
  readonly tests: readonly number[];
  /** Positions of the gallery's photographs of those who are protected. */
  readonly protected: readonly number[];
}

/**
 * Splits each identity's photographs by the perturbation's seed and draws whom to protect; `usable` are positions.
 * Copies of a photograph go where it goes, so that none is asked about that is in the gallery; a photograph that stands
 * under two identities is on neither side.
 */
export function splitGallery(set: ImageSet, usable: readonly number[], use: PerturbationUse): GallerySplit {
  const people = photographsByIdentity(set, usable).filter((photographs) => photographs.length > 1);
  if (people.length === 0) throw new Halt(nobodyToProtect(use));
  const halves = people.map((photographs, n) => splitOne(photographs, use.split, use.seed + n));
  const users = drawIndices(people.length, use.users, use.seed);
  return {
    gallery: halves.flatMap(({ gallery }) => gallery).sort(ascending),
    tests: halves.flatMap(({ tests }) => tests).sort(ascending),
    protected: users.flatMap((user) => itemAt(halves, user).gallery).sort(ascending),
  };
}

/** Of each identity its photographs, each as the positions of its copies. */
function photographsByIdentity({ images }: ImageSet, usable: readonly number[]): number[][][] {
  const contents = new Map<string, number[]>();
  for (const position of usable) {
    const { identity, hash } = itemAt(images, position);
    if (identity !== null) contents.set(hash, [...(contents.get(hash) ?? []), position]);
  }
  const people = new Map<string, number[][]>();
  for (const positions of contents.values()) {
    const [identity, ...others] = new Set(positions.map((position) => itemAt(images, position).identity as string));
    if (identity !== undefined && others.length === 0)
      people.set(identity, [...(people.get(identity) ?? []), positions]);
  }
  return [...people.values()];
}

/** At least one photograph on either side. */
function splitOne(photographs: readonly number[][], share: number, seed: number) {
  const count = Math.min(photographs.length - 1, Math.max(1, Math.round(share * photographs.length)));
  const drawn = new Set(drawIndices(photographs.length, count, seed));
  return {
    gallery: photographs.filter((_, n) => drawn.has(n)).flat(),
    tests: photographs.filter((_, n) => !drawn.has(n)).flat(),
  };
}

function ascending(a: number, b: number): number {
  return a - b;
}

function nobodyToProtect({ name }: PerturbationUse) {
  return {
    code: 'gallery-no-users',
    message: `poison.${name}: no identity has two different photographs that can be used, one to search and one to ask about`,
    specPath: ['poison', name],
    hint: 'Check that the data set says whose each image is, or perturb the queries: `target: query`.',
  };
}
