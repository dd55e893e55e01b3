import type { Matrix } from '../../plugins/declare.js';
import { itemAt } from '../../protocol/item-at.js';
import { percentile } from '../../statistics/percentile.js';
import { type DistanceUnit, distanceBetween, vectorAt } from './distance.js';

/** Whose photograph a row is, and what it holds: two with one content are copies. */
export interface ThresholdImage {
  readonly identity: string | null;
  readonly hash: string;
}

/**
 * For each row its threshold (paper §2.2): the percentile of its distances to the other photographs of the same
 * identity, copies of itself left out. Null where the identity is unknown, or has no other photograph.
 */
export function thresholdsOf(
  vectors: Matrix,
  images: readonly ThresholdImage[],
  { percentile: p, unit }: { percentile: number; unit: DistanceUnit },
): (number | null)[] {
  const distancesOf = genuineDistances(vectors, images, unit);
  return images.map((_, row) => {
    const distances = distancesOf(row);
    return distances.length === 0 ? null : percentile(distances, p);
  });
}

/** What gives the distances of a row to the other photographs of its identity; none where there is none, or it is unknown. */
export function genuineDistances(
  vectors: Matrix,
  images: readonly ThresholdImage[],
  unit: DistanceUnit,
): (row: number) => number[] {
  const groups = rowsByIdentity(images);
  return (row) => {
    const { identity, hash } = itemAt(images, row);
    const group = identity === null ? [] : (groups.get(identity) ?? []);
    const own = vectorAt(vectors, row);
    return group
      .filter((other) => itemAt(images, other).hash !== hash)
      .map((other) => distanceBetween(own, vectorAt(vectors, other), unit));
  };
}

export function rowsByIdentity(images: readonly ThresholdImage[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const [row, { identity }] of images.entries()) {
    if (identity === null) continue;
    const group = groups.get(identity);
    if (group) group.push(row);
    else groups.set(identity, [row]);
  }
  return groups;
}
