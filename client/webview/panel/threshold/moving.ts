import type { ThresholdForm, VerifierDistances } from '../../../../server/src/protocol/runs/verifier-distances.js';
import {
  countUpTo,
  type GenuineOfQueries,
  MovedThreshold,
  percentilesOf,
  type RobustnessAt,
  shareUpTo,
  sorted,
  thresholdsAt,
} from '../../../../server/src/statistics/moved-threshold.js';
import { percentilesOfMany } from '../../../../server/src/statistics/percentile.js';

/** A run's distances as the page was sent them. */
export interface SentDistances {
  readonly about: VerifierDistances;
  /** A row from which threshold on each query is eligible, and one a version; none where nothing was judged. */
  readonly judged: Float64Array;
  readonly genuine: GenuineOfQueries;
}

/** What a threshold comes to. */
export interface At {
  /** As the experiment's file has it. */
  readonly value: number;
  /** The distance up to which two images count as one person; the median, where each query has its own. */
  readonly threshold: number;
  /** Between which the middle half of the queries' own thresholds lie; null where there is one for all. */
  readonly quartiles: readonly [number, number] | null;
  /** Undefined where the run judged nothing. */
  readonly robustness: RobustnessAt | undefined;
  /** Shares of the distances that are not above `threshold`: exact of genuine ones, between two bounds of strangers'. */
  readonly genuine: number | null;
  readonly strangers: readonly [least: number, most: number] | null;
}

const DISTANCES = 1000;
const DIGITS = 4;
/** A share of a histogram, of which no more bins can be told apart. */
const BARS = 80;

/** A run's threshold, moved: everything is sorted once, so that each place of the slider takes a few look-ups. */
export class Moving {
  readonly form: ThresholdForm;
  /** What the slider can stand at, ascending, in the form that the file uses. */
  readonly values: readonly number[];
  /** Where nearly every stranger is let in, and what is beyond is of no use to anybody. */
  private readonly farthest: number;
  /** Place of the run's own. */
  readonly own: number;
  private readonly moved: MovedThreshold | undefined;
  private readonly genuine: Float64Array;
  /** Places where it was before. */
  private readonly known = new Map<number, At>();

  constructor(readonly sent: SentDistances) {
    const { about, genuine } = sent;
    this.genuine = sorted(genuine.distances);
    // Where the pairs are too many for a table of rates, their distances can be moved all the same.
    this.form = about.form === 'fmr' && about.steps.length < 2 ? 'distance' : about.form;
    this.farthest = this.farthestOf();
    this.values = this.valuesOf();
    this.own = Math.max(0, this.values.indexOf(this.ownValue));
    this.moved = about.minValid === null ? undefined : new MovedThreshold(this.judged());
  }

  private get ownValue(): number {
    const { form, value, steps } = this.sent.about;
    return form === this.form ? value : (steps[0]?.threshold ?? value);
  }

  private valuesOf(): number[] {
    const { about } = this.sent;
    if (this.form === 'fmr') return about.steps.map(({ fmr }) => fmr);
    const values =
      this.form === 'percentile'
        ? Array.from({ length: 201 }, (_, n) => n / 2)
        : Array.from({ length: DISTANCES + 1 }, (_, n) => rounded((n * this.farthest) / DISTANCES));
    return [...new Set([...values, this.ownValue])].sort((a, b) => a - b);
  }

  private farthestOf(): number {
    const { to, counts } = this.sent.about.strangers;
    const total = counts.reduce((sum, count) => sum + count, 0);
    let seen = 0;
    const place = counts.findIndex((count) => {
      seen += count;
      return seen >= 0.999 * total;
    });
    return Math.max(
      place < 0 ? 0 : to[place]!,
      this.genuine.at(-1) ?? 0,
      this.sent.about.value * Number(this.form === 'distance'),
    );
  }

  /** Distances, or of percentiles what of each query’s own these distances are. */
  private judged() {
    const { about, judged, genuine } = this.sent;
    const rows = [null, ...about.versions].map((_, n) => judged.subarray(n * about.queries, (n + 1) * about.queries));
    const scaled = this.form === 'percentile' ? rows.map((row) => percentilesOf(row, genuine, this.values)) : rows;
    const [needed = new Float64Array(), ...nearest] = scaled;
    return {
      needed,
      nearest: new Map(about.versions.map((version, n) => [version, nearest[n] ?? new Float64Array()])),
      together: about.together,
    };
  }

  at(place: number): At {
    const at = this.known.get(place) ?? this.workOut(place);
    this.known.set(place, at);
    return at;
  }

  private workOut(place: number): At {
    const { about, genuine } = this.sent;
    const value = this.values[Math.min(Math.max(0, place), this.values.length - 1)] ?? this.ownValue;
    const quartiles =
      this.form === 'percentile' ? percentilesOfMany(thresholdsAt(genuine, value), [25, 50, 75]) : undefined;
    const [low = Number.NaN, median = Number.NaN, high = Number.NaN] = quartiles ?? [];
    const threshold = quartiles ? median : this.distanceOf(value);
    return {
      value,
      threshold,
      quartiles: quartiles ? [low, high] : null,
      robustness: this.moved?.at(this.form === 'percentile' ? value : threshold),
      genuine: this.genuine.length === 0 ? null : countUpTo(this.genuine, threshold) / this.genuine.length,
      strangers: shareUpTo(about.strangers, threshold),
    };
  }

  private distanceOf(value: number): number {
    if (this.form === 'distance') return value;
    return this.sent.about.steps.find(({ fmr }) => fmr === value)?.threshold ?? Number.NaN;
  }

  /** Both as shares of their own kind, in bins of one width. */
  histograms(): { readonly edges: number[]; readonly genuine: number[]; readonly strangers: number[] } {
    const { from, to, counts } = this.sent.about.strangers;
    const edges = Array.from({ length: BARS + 1 }, (_, n) => (n * this.farthest) / BARS);
    const strangers = new Array<number>(BARS).fill(0);
    for (const [n, count] of counts.entries()) {
      const middle = (from[n]! + Math.min(to[n]!, 2 * from[n]! || to[n]!)) / 2;
      const bar = Math.floor((middle / this.farthest) * BARS);
      if (bar < BARS) strangers[bar]! += count;
    }
    const total = counts.reduce((sum, count) => sum + count, 0);
    const genuine = edges.slice(1).map((edge, n) => {
      const below = n === 0 ? 0 : countUpTo(this.genuine, edges[n]!);
      return countUpTo(this.genuine, edge) - below;
    });
    const share = (all: number[], of: number) => all.map((count) => (of === 0 ? 0 : count / of));
    return { edges, genuine: share(genuine, this.genuine.length), strangers: share(strangers, total) };
  }

  /** The genuine and the strangers’ share at each edge of the strangers’ bins, some hundreds at the most. */
  roc(most = 400): { readonly fmr: number; readonly tmr: number }[] {
    const { to, counts } = this.sent.about.strangers;
    const total = counts.reduce((sum, count) => sum + count, 0);
    if (total === 0 || this.genuine.length === 0) return [];
    let [seen, last] = [0, 0];
    return counts.flatMap((count, n) => {
      seen += count;
      const isKept = n === 0 || n === counts.length - 1 || Math.log(seen / last) > Math.log(total) / most;
      if (!isKept) return [];
      last = seen;
      return [{ fmr: seen / total, tmr: countUpTo(this.genuine, to[n]!) / this.genuine.length }];
    });
  }
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
