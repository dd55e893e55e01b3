/**
 * The percentile `p` (0–100) of values, which are not empty, by linear interpolation between the two nearest
 * ranks: what `numpy.percentile` gives, to the last bit. Of no values it is NaN.
 */
export function percentile(values: ArrayLike<number>, p: number): number {
  return percentileOfSorted(Float64Array.from(values).sort(), p);
}

/** The same of values that are ascending: of all, or of those from `start` to before `end`. */
export function percentileOfSorted(sorted: Float64Array, p: number, start = 0, end = sorted.length): number {
  if (end <= start) return Number.NaN;
  const place = (end - start - 1) * (p / 100);
  const below = Math.floor(place);
  const above = Math.min(below + 1, end - start - 1);
  return interpolate(sorted[start + below] ?? Number.NaN, sorted[start + above] ?? Number.NaN, place - below);
}

/** Bins that values are counted in, to sort those alone that stand where a percentile is. */
const BINS = 4096;

/** Some percentiles at once, the same as `percentile`’s to the last bit, without sorting all of many values. */
export function percentilesOfMany(values: Float64Array, percentiles: readonly number[]): number[] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let n = 0; n < values.length; n++) {
    least = Math.min(least, values[n]!);
    most = Math.max(most, values[n]!);
  }
  const scale = BINS / (most - least);
  if (!(scale > 0 && scale < Number.POSITIVE_INFINITY)) return percentiles.map((p) => percentile(values, p));
  const binOf = (value: number) => Math.min(BINS - 1, Math.floor((value - least) * scale));
  const counts = new Int32Array(BINS);
  for (let n = 0; n < values.length; n++) counts[binOf(values[n]!)]! += 1;
  return percentiles.map((p) => {
    const place = (values.length - 1) * (p / 100);
    const [below, above] = [Math.floor(place), Math.min(Math.floor(place) + 1, values.length - 1)];
    let [first, before] = [0, 0];
    while (before + counts[first]! <= below) before += counts[first++]!;
    let [last, through] = [first, before + counts[first]!];
    while (through <= above) through += counts[++last]!;
    const near = new Float64Array(through - before);
    for (let n = 0, found = 0; n < values.length; n++) {
      const bin = binOf(values[n]!);
      if (bin >= first && bin <= last) near[found++] = values[n]!;
    }
    near.sort();
    return interpolate(near[below - before]!, near[above - before]!, place - below);
  });
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
