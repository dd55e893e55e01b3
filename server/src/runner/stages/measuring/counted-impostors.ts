import type { DistanceRange, PairCounter, PairsAmong, VectorSource, WorkContext } from '../../../plugins/declare.js';
import { someOf } from '../../../plugins/matrix.js';
import { loadPlugin, type RunContext } from '../../context.js';
import type { DistanceBins } from '../../figures/histogram.js';
import type { AskedOfImpostors, CountedImpostors, Gaps } from '../../figures/impostor-survey.js';
import { lowerBound } from '../../figures/impostor-survey.js';
import { type Photographs, withVectors } from './verification-pairs.js';

/** What the passes over all pairs take, as shares of the whole: their products are of 32, of 64 and of 8 or 32 bits. */
const PASSES = [0.25, 0.5, 0.25] as const;
const STEPS = 1000;
/** A range that holds no more is searched for a rank; of a wider one, a draw of pairs says where. */
const FEW = 2 ** 22;

/**
 * Counts impostor distances by matrix products, with the same result as `countByWalks`: first how far they reach, which
 * says where bins begin; then how they lie among the genuine distances and those bins; and last the few ranks.
 */
export async function countByProducts(
  counter: PairCounter,
  genuine: Float64Array,
  { bins: binsOf, ranks: ranksOf }: AskedOfImpostors,
  work: WorkContext,
): Promise<CountedImpostors | undefined> {
  const bins = binsOf(...(await counter.range(pass(work, 0))));
  const marks = distinct(genuine, bins.starts());
  const among = await counter.among(marks, pass(work, 1));
  const { gaps, binned } = sortOut(among, marks, genuine, bins);
  const ranks = ranksOf(gaps);
  const within = ranks.map((rank) => rangeOf(rank, among, marks));
  const ranked = await counter.ranked(ranks, pass(work, 2), within);
  return ranked && { gaps, moments: among.moments, ranked, binned };
}

function pass({ signal, progress }: WorkContext, n: 0 | 1 | 2): WorkContext {
  const before = PASSES.slice(0, n).reduce((sum, share) => sum + share, 0);
  return {
    signal,
    progress: (done, total) => progress(Math.floor(STEPS * (before + (PASSES[n] * done) / total)), STEPS),
  };
}

/** Ascending, each once. */
function distinct(genuine: Float64Array, starts: Float64Array): Float64Array {
  const all = new Float64Array(genuine.length + starts.length);
  all.set(genuine);
  all.set(starts, genuine.length);
  all.sort();
  let count = 0;
  for (let n = 0; n < all.length; n++) if (n === 0 || all[n] !== all[n - 1]) all[count++] = all[n]!;
  return all.slice(0, count);
}

/** What lies among marks, of which some are genuine distances and the others begin a bin. */
function sortOut({ between, equal }: PairsAmong, marks: Float64Array, genuine: Float64Array, bins: DistanceBins) {
  const gaps: Gaps = {
    between: new Float64Array(genuine.length + 1),
    equal: new Float64Array(genuine.length),
  };
  const binned = bins.none();
  let place = 0;
  for (let n = 0; n <= marks.length; n++) {
    const mark = marks[n] ?? Number.POSITIVE_INFINITY;
    // Whatever lies between two marks lies in the bin of the lower one.
    if (between[n]! > 0) binned[n === 0 ? 0 : bins.binOf(marks[n - 1]!)]! += between[n]!;
    place = lowerBound(genuine, mark, place);
    gaps.between[place]! += between[n]!;
    if (n === marks.length || equal[n] === 0) continue;
    binned[bins.binOf(mark)]! += equal[n]!;
    if (genuine[place] === mark) gaps.equal[place]! += equal[n]!;
    else gaps.between[place]! += equal[n]!;
  }
  return { gaps, binned };
}

/** Between which marks a rank lies, with the distance before it; undefined where there are many. */
function rangeOf(rank: number, { between, equal }: PairsAmong, marks: Float64Array): DistanceRange | undefined {
  // Places with an even number lie between two marks, the others are one.
  const countAt = (place: number) => (place % 2 === 0 ? between : equal)[place >> 1]!;
  const lowOf = (place: number) => (place === 0 ? 0 : marks[(place - 1) >> 1]!);
  let [below, before] = [0, 0];
  for (let place = 0; place <= 2 * marks.length; place++) {
    const count = countAt(place);
    if (count === 0) continue;
    if (rank < below + count) {
      if (countAt(before) + count > FEW) return undefined;
      return { low: lowOf(before), high: marks[place >> 1] ?? Number.POSITIVE_INFINITY };
    }
    below += count;
    before = place;
  }
  throw new Error(`There is no impostor distance of rank ${rank}`);
}

/** Counts impostor pairs by products of their vectors, which it holds. */
export async function openCounter(
  context: RunContext,
  photographs: Photographs,
  vectors: VectorSource,
): Promise<PairCounter> {
  const flat = await loadPlugin(context, 'index', { use: 'flat', params: { metric: 'l2' } });
  const { rows, ends } = withVectors(photographs);
  const counter = await flat.countPairs?.(someOf(vectors, [...rows]), ends);
  if (!counter) throw new Error('The flat index counts no pairs');
  return counter;
}
