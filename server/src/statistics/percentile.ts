/**
 * The percentile `p` (0–100) of values, which are not empty, by linear interpolation between the two nearest
 * ranks: what `numpy.percentile` gives, to the last bit. Of no values it is NaN.
 */
export function percentile(values: ArrayLike<number>, p: number): number {
  return percentileOfSorted(Float64Array.from(values).sort(), p);
}

/** The same of values that are ascending. */
export function percentileOfSorted(sorted: Float64Array, p: number): number {
  const place = (sorted.length - 1) * (p / 100);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return interpolate(sorted[below] ?? Number.NaN, sorted[above] ?? Number.NaN, place - below);
}

/** From whichever end is nearer, as numpy does: the last bit depends on it. */
function interpolate(low: number, high: number, share: number): number {
  const step = high - low;
  return share < 0.5 ? low + step * share : high - step * (1 - share);
}

export function medianOf(values: ArrayLike<number>): number | null {
  return values.length === 0 ? null : percentile(values, 50);
}

export function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
