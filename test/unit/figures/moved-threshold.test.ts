import assert from 'node:assert/strict';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { type JudgedQuery, robustnessOf, type ValidResults } from '../../../server/src/runner/figures/robustness.js';
import { FineBins } from '../../../server/src/statistics/fine-bins.js';
import {
  countUpTo,
  MovedThreshold,
  percentilesOf,
  shareUpTo,
  sorted,
  thresholdsAt,
} from '../../../server/src/statistics/moved-threshold.js';
import { percentile } from '../../../server/src/statistics/percentile.js';

const QUERIES = 1000;
const MIN_VALID = 2;
const VERSIONS = ['original', 'fawkes', 'lowkey'];

/** Distances of results by version: few values, so that many are the very threshold; none where a version lost its face. */
type Drawn = Readonly<Record<string, readonly number[] | null>>;

function drawn(seed: number) {
  const generator = xoroshiro128plus(seed);
  const upTo = (most: number) => uniformInt(generator, 0, most);
  const distances = (count: number) => Array.from({ length: count }, () => upTo(40) / 40);
  const queries = Array.from({ length: QUERIES }, (): Drawn => {
    const judged = (lost: number) => (upTo(lost) === 0 ? null : distances(upTo(6)));
    return { original: judged(20), fawkes: judged(9), lowkey: judged(9) };
  });
  const genuine = queries.map(() => Float64Array.from(distances(upTo(5))).sort());
  return { queries, genuine };
}

/** As a run judges them: each query within a threshold of its own. */
function judged(queries: readonly Drawn[], thresholdOf: (query: number) => number): JudgedQuery[] {
  return queries.map((query, n) => {
    const validIn = (version: string): ValidResults | null => {
      const distances = query[version] ?? null;
      if (!distances || !query.original || Number.isNaN(thresholdOf(n))) return null;
      const valid = distances.filter((distance) => distance <= thresholdOf(n)).length;
      return { valid, validAt: [], judgedDistances: distances, nearest: [], labelled: 0, right: 0 };
    };
    const perturbed = Object.fromEntries(VERSIONS.slice(1).map((version) => [version, validIn(version)]));
    return { identity: String(n), original: validIn('original'), perturbed, control: null };
  });
}

/** What a run keeps of them. */
function keptOf(queries: readonly Drawn[], hasThreshold: (query: number) => boolean) {
  const row = (value: (query: Drawn) => number) =>
    Float64Array.from(queries, (query, n) => (query.original && hasThreshold(n) ? value(query) : Number.NaN));
  const nth = (distances: readonly number[], n: number) => distances.toSorted((a, b) => a - b)[n] ?? Infinity;
  return {
    needed: row(({ original }) => nth(original ?? [], MIN_VALID - 1)),
    nearest: new Map(
      VERSIONS.map((version) => [
        version,
        row((query) => (query[version] ? nth(query[version] ?? [], 0) : Number.NaN)),
      ]),
    ),
    together: VERSIONS.slice(1),
  };
}

function assertSame(moved: MovedThreshold, at: number, run: ReturnType<typeof robustnessOf>) {
  const { eligible, withValid, all } = moved.at(at);
  const plain = ({ count = Number.NaN, of }: { count?: number; of: number }) => [count, of];
  assert.equal(eligible, run.eligible, `eligible at ${at}`);
  for (const [version, found] of withValid) {
    assert.deepEqual(plain(found), plain(run.withValid[version] ?? assert.fail()), `${version} at ${at}`);
  }
  assert.deepEqual(all && plain(all), plain(run.all), `all at ${at}`);
}

describe('A threshold that is moved', () => {
  const { queries, genuine } = drawn(1);

  it('counts 1,000 queries at any distance as a run with that threshold does', () => {
    const moved = new MovedThreshold(keptOf(queries, () => true));
    for (const at of [0, 0.25, 0.333, 1]) {
      assertSame(
        moved,
        at,
        robustnessOf(
          judged(queries, () => at),
          VERSIONS.slice(1),
          MIN_VALID,
        ),
      );
    }
  });

  it('counts them at any percentile of each query’s own distances as a run with that percentile does', () => {
    const ends = Int32Array.from(
      genuine.map((own, n) => genuine.slice(0, n).reduce((sum, { length }) => sum + length, own.length)),
    );
    const flat = { distances: Float64Array.from(genuine.flatMap((own) => [...own])), ends };
    const percentiles = Array.from({ length: 201 }, (_, n) => n / 2);
    const kept = keptOf(queries, (n) => (genuine[n]?.length ?? 0) > 0);
    const scaled = (row: Float64Array) => percentilesOf(row, flat, percentiles);
    const nearest = new Map([...kept.nearest].map(([version, row]) => [version, scaled(row)]));
    const moved = new MovedThreshold({ ...kept, needed: scaled(kept.needed), nearest });
    for (const p of [0, 62.5, 95, 100]) {
      const own = (query: number) => percentile(genuine[query] ?? [], p);
      assertSame(moved, p, robustnessOf(judged(queries, own), VERSIONS.slice(1), MIN_VALID));
      const thresholds = genuine.flatMap((distances) => (distances.length > 0 ? percentile(distances, p) : []));
      assert.deepEqual(
        [...thresholdsAt(flat, p).sort()],
        thresholds.sort((a, b) => a - b),
      );
    }
  });
});

describe('Fine bins', () => {
  it('say between which shares the values up to a threshold lie, and exactly at their edges', () => {
    const generator = xoroshiro128plus(2);
    const values = Array.from({ length: 5000 }, () => 2 ** (uniformInt(generator, -5000, 3000) / 1000));
    const bins = new FineBins();
    for (const value of [0, ...values]) bins.add(value);
    const histogram = bins.histogram();
    const ascending = sorted(Float64Array.from([0, ...values]));
    const shareOf = (threshold: number) => countUpTo(ascending, threshold) / ascending.length;
    for (const threshold of values.slice(0, 200)) {
      const [least, most] = shareUpTo(histogram, threshold) ?? assert.fail();
      assert.ok(least <= shareOf(threshold) && shareOf(threshold) <= most);
      assert.ok(most - least < 0.01, `${most - least}`);
    }
    const [edge] = histogram.to.slice(50, 51);
    const belowEdge = values.filter((value) => value < (edge ?? 0)).length + 1;
    assert.equal(
      histogram.counts.slice(0, 51).reduce((sum, count) => sum + count, 0),
      belowEdge,
    );
  });
});
