/** A count out of a total, with its rate and Wilson's 95 % interval; both null where the total is 0. */
export interface Proportion {
  readonly rate: number | null;
  readonly ci95: [low: number, high: number] | null;
}

/** The 97.5th percentile of the standard normal distribution. */
const Z = 1.959963984540054;

export function rateOf(count: number, of: number): number | null {
  return of === 0 ? null : count / of;
}

/**
 * Wilson's score interval (E. B. Wilson, JASA 22, 1927): unlike the normal approximation it stays within
 * [0, 1] and holds for rates near either end and for few observations. Of none and of all it ends at 0 and at 1,
 * which is the formula's own limit; rounding would miss it.
 */
export function proportion(count: number, of: number): Proportion {
  if (of === 0) return { rate: null, ci95: null };
  const rate = count / of;
  const spread = Z ** 2 / of;
  const centre = (rate + spread / 2) / (1 + spread);
  const half = (Z / (1 + spread)) * Math.sqrt((rate * (1 - rate)) / of + spread / (4 * of));
  return { rate, ci95: [count === 0 ? 0 : centre - half, count === of ? 1 : centre + half] };
}
