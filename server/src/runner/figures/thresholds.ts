import type { Matrix } from '../../plugins/declare.js';
import { type DistanceUnit, distanceBetween, vectorAt } from './distance.js';
import { percentile } from './percentile.js';

/**
 * For each row its threshold (paper §2.2): the percentile of its distances to the other rows of the same
 * identity. Null where the identity is unknown, or has no other row.
 */
export function thresholdsOf(
  vectors: Matrix,
  identities: readonly (string | null)[],
  { percentile: p, unit }: { percentile: number; unit: DistanceUnit },
): (number | null)[] {
  const groups = rowsByIdentity(identities);
  return identities.map((identity, row) => {
    const others = identity === null ? [] : (groups.get(identity) ?? []).filter((other) => other !== row);
    if (others.length === 0) return null;
    const own = vectorAt(vectors, row);
    return percentile(
      others.map((other) => distanceBetween(own, vectorAt(vectors, other), unit)),
      p,
    );
  });
}

function rowsByIdentity(identities: readonly (string | null)[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const [row, identity] of identities.entries()) {
    if (identity === null) continue;
    const group = groups.get(identity);
    if (group) group.push(row);
    else groups.set(identity, [row]);
  }
  return groups;
}
