import assert from 'node:assert/strict';
import { FlatIndex } from '../../../server/src/compute/search/flat-index.js';
import type { Matrix } from '../../../server/src/plugins/declare.js';
import { inMemory, selectRows, someOf } from '../../../server/src/plugins/matrix.js';
import { type AskedOfImpostors, ImpostorSurvey } from '../../../server/src/runner/figures/impostor-survey.js';
import {
  mostMatches,
  type VerificationFigures,
  verificationOf,
} from '../../../server/src/runner/figures/verification.js';
import { countByProducts } from '../../../server/src/runner/stages/measuring/counted-impostors.js';
import {
  genuineDistances,
  impostorDistances,
  PairDistances,
  pairsOf,
  photographsOf,
} from '../../../server/src/runner/stages/measuring/verification-pairs.js';
import type { HashedImage } from '../../../server/src/runner/stages/own-photographs.js';
import type { PairSelection } from '../../../server/src/stages/spec.js';
import { randomVectors } from '../../support/random-vectors.js';

const work = { signal: new AbortController().signal, progress: () => undefined };

interface Photograph {
  readonly identity: string | null;
  readonly content: string;
  /** Absent where the model gives it no embedding. */
  readonly vector?: readonly number[];
}

interface Options {
  readonly pairs?: PairSelection;
  readonly blockRows?: number;
  /** Every walk computes them again, as of more pairs than are kept. */
  readonly anew?: boolean;
}

async function verify(photographs: readonly Photograph[], fmr: readonly number[], options: Options = {}) {
  const { pairs = 'all', blockRows = 1000, anew = false } = options;
  const images = photographs.map(({ identity, content }, n): HashedImage => {
    return { id: `${n}`, file: `${n}`, identity, hash: content };
  });
  const embedded = photographs.flatMap(({ vector, content }) => (vector ? [{ vector, content }] : []));
  const data = Float32Array.from(embedded.flatMap(({ vector }) => vector));
  const vectors = inMemory({ data, rows: embedded.length, dimension: data.length / Math.max(1, embedded.length) });
  const known = photographsOf(images, new Map(embedded.map(({ content }, row) => [content, row])));
  const genuine = new PairDistances(known, vectors, 'genuine', pairs, work, blockRows);
  const impostor = new PairDistances(known, vectors, 'impostor', pairs, work, blockRows);
  const walked = { count: impostor.pairs.count, walk: (visit: (some: Float64Array) => void) => impostor.walk(visit) };
  const figures = await verificationOf(
    await genuineDistances(known, genuine),
    anew ? walked : impostorDistances(known, impostor),
    fmr,
  );
  return { figures: figures ?? assert.fail(), genuine: genuine.pairs, impostor: impostor.pairs, ...known };
}

/** Points on a line, each a photograph of its own. */
function line(people: Readonly<Record<string, readonly number[]>>): Photograph[] {
  return Object.entries(people).flatMap(([identity, places]) =>
    places.map((place) => ({ identity, content: `${identity} ${place}`, vector: [place] })),
  );
}

describe('Verification', () => {
  // Genuine distances 1, 1, 4, 9; impostor ones 4, 9, 16, 25, 25, 36.
  const LINE = line({ ana: [0, 1, 3], bo: [5, 6] });

  it('has at a false match rate the largest threshold that does not exceed it', async () => {
    const { figures } = await verify(LINE, [0.5, 0.2, 0.1]);
    const rows = figures.at.map(({ fmr, threshold, actualFmr, tmr }) => [fmr, threshold, actualFmr, tmr.count, tmr.of]);
    assert.deepEqual(rows, [
      [0.5, 16, 3 / 6, 4, 4],
      [0.2, 4, 1 / 6, 3, 4],
      [0.1, 1, 0, 2, 4],
    ]);
  });

  it('has no threshold where the nearest pair of all is of two people', async () => {
    const { figures } = await verify(line({ ana: [0, 10], bo: [1] }), [0.1]);
    const [{ threshold, actualFmr, tmr, tmrAll }] = figures.at;
    assert.deepEqual(
      [threshold, actualFmr, tmr.count, tmr.of, tmr.rate, tmr.ci95, tmrAll],
      [null, null, 0, 1, null, null, null],
    );
  });

  it('has the equal error rate where the two rates add up to least, the area, and d′', async () => {
    const { figures } = await verify(LINE, [0.1]);
    // At 4 the rates are 1/6 and 1/4, at 9 they are 2/6 and 0.
    assert.equal(figures.eer.rate, 1 / 6);
    // Of the impostor distances, 4 is above two and a half genuine ones, 9 above three and a half, the others above all.
    assert.equal(figures.auc, (2.5 + 3.5 + 4 * 4) / 24);
    const spread = Math.sqrt((10.6875 + (2899 / 6 - (115 / 6) ** 2)) / 2);
    assert.ok(Math.abs((figures.dPrime ?? 0) - (115 / 6 - 3.75) / spread) < 1e-12);
  });

  it('has the points of its curve at genuine distances, and every distance in its bins', async () => {
    const { figures } = await verify(LINE, [0.1]);
    assert.deepEqual(figures.roc, { fmr: [0, 1 / 6, 2 / 6], tmr: [2 / 4, 3 / 4, 1] });
    const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
    assert.deepEqual([sum(figures.scores.genuine), sum(figures.scores.impostor)], [4, 6]);
    assert.deepEqual([figures.scores.edges[0], figures.scores.edges.at(-1)], [1, 36]);
  });

  it('counts copies once, and leaves out who is unknown or stands under two identities', async () => {
    const more: Photograph[] = [
      { identity: 'ana', content: 'ana 0', vector: [0] },
      { identity: 'bo', content: 'two people', vector: [7] },
      { identity: 'ana', content: 'two people', vector: [7] },
      { identity: null, content: 'nobody', vector: [2] },
      { identity: null, content: 'ana 3', vector: [3] },
    ];
    const [once, twice] = [await verify(LINE, [0.2]), await verify([...LINE, ...more], [0.2])];
    assert.deepEqual(twice.figures, once.figures);
    assert.deepEqual([once.unpaired, twice.unpaired], [undefined, { copies: 2, unknown: 1, ambiguous: 2 }]);
  });

  it('counts pairs with an image without an embedding apart, and as no match in the rate of all', async () => {
    const [lost] = [{ identity: 'bo', content: 'no face' }];
    const { figures, genuine, impostor } = await verify([...LINE, lost], [0.2]);
    assert.deepEqual([genuine.count, genuine.left, impostor.count, impostor.left], [4, 2, 6, 3]);
    assert.deepEqual([figures.at[0].tmr.rate, figures.at[0].tmrAll], [3 / 4, 3 / 6]);
  });

  it('is what a plain count gives, in 300 random sets with equal distances, copies and images without a face', async () => {
    let compared = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const photographs = randomPhotographs(seed);
      const expected = plainly(photographs, [0.3, 0.05, 0.004]);
      if (!expected) continue;
      compared += 1;
      const { figures } = await verify(photographs, [0.3, 0.05, 0.004], {
        blockRows: 1 + (seed % 9),
        anew: seed % 2 === 0,
      });
      agree(figures, expected, `seed ${seed}`);
    }
    assert.ok(compared >= 295, `${compared} sets`);
  });
});

describe('Verification by products of vectors', () => {
  for (const [what, people, steps, spread] of [
    ['of people who are told apart', 40, 1e6, 0.1],
    ['of people who are hardly told apart', 12, 1e6, 1.2],
    ['with many equal distances', 20, 3, 0.6],
  ] as const) {
    it(`is what walks over all pairs give, to the last bit, ${what}`, async () => {
      const centres = randomVectors(people, 6, 1).data;
      const around = randomVectors(600, 6, 2).data;
      const data = around.map((value, n) => {
        const person = Math.floor(n / 6) % people;
        return Math.round(steps * (centres[6 * person + (n % 6)] + spread * value)) / steps;
      });
      const images = Array.from({ length: 600 }, (_, n): HashedImage => {
        return { id: `${n}`, file: `${n}`, identity: `${n % people}`, hash: `${n}` };
      });
      const known = photographsOf(images, new Map(images.map(({ hash }, row) => [hash, row])));
      const vectors = inMemory({ data, rows: 600, dimension: 6 });
      const impostor = impostorDistances(known, new PairDistances(known, vectors, 'impostor', 'all', work));
      const genuine = await genuineDistances(known, new PairDistances(known, vectors, 'genuine', 'all', work));
      const rates = [0.3, 0.01, 1e-3, 1e-5];
      const walked = (await verificationOf(genuine, { ...impostor, held: undefined }, rates)) ?? assert.fail();
      const { rows, ends } = known;
      const counter = await new FlatIndex('l2', 1).countPairs(someOf(vectors, [...rows]), ends);
      const far: number[] = [];
      const seen = { ...work, progress: (done: number, total: number) => far.push(done / total) };
      const counted = (sorted: Float64Array, asked: AskedOfImpostors) => countByProducts(counter, sorted, asked, seen);
      const walk = () => Promise.reject(new Error('No pair is walked to'));
      const products =
        (await verificationOf(genuine, { count: impostor.count, counted, walk }, rates)) ?? assert.fail();
      const rough = (value: number | null) => value?.toPrecision(12);
      assert.deepEqual({ ...products, dPrime: rough(products.dPrime) }, { ...walked, dPrime: rough(walked.dPrime) });
      assert.deepEqual([far, far.at(-1)], [far.toSorted((a, b) => a - b), 1]);
    });
  }
});

function agree({ eer, auc, dPrime, at, roc }: VerificationFigures, plain: Plain, what: string): void {
  const points = at.map(({ threshold, actualFmr, tmr, tmrAll }) => [threshold, actualFmr, tmr.rate, tmrAll]);
  assert.deepEqual(points, plain.at, what);
  assert.equal(eer.rate, plain.eer, what);
  assert.ok(Math.abs((auc ?? 0) - plain.auc) < 1e-12, what);
  assert.ok(Math.abs((dPrime ?? 0) - plain.dPrime) < 1e-9, `${what}: ${dPrime} for ${plain.dPrime}`);
  for (const [n, fmr] of roc.fmr.entries()) assert.ok(plain.curve.has(`${fmr} ${roc.tmr[n]}`), `${what}: ${fmr}`);
}

/** Vectors on a coarse grid, so that many distances are equal; some are copies, of nobody, or without a vector. */
function randomPhotographs(seed: number): Photograph[] {
  const people = 2 + (seed % 6);
  const steps = 2 + (seed % 40);
  const { data } = randomVectors(40, 5, seed);
  const contents = Array.from({ length: 30 }, (_, n) => {
    const [x, y, z, person, chance] = data.subarray(5 * n, 5 * n + 5);
    const identity = chance > 0.9 ? null : `${Math.floor(((person + 1) / 2) * people)}`;
    const vector = [x, y, z].map(
      (value) => Math.round(value * steps) / steps + (identity === null ? 0 : Number(identity) / 4),
    );
    return { identity, content: `${n}`, vector: chance < -0.85 ? undefined : vector };
  });
  const copies = Array.from(data.subarray(150, 158), (value) => contents[Math.floor(((value + 1) / 2) * 30)]);
  return [...contents, ...copies];
}

interface Plain {
  readonly at: readonly (readonly (number | null)[])[];
  readonly eer: number | null;
  readonly auc: number;
  readonly dPrime: number;
  readonly curve: ReadonlySet<string>;
}

/** By the definition, pair by pair and threshold by threshold; undefined where there is no pair of a kind. */
function plainly(photographs: readonly Photograph[], rates: readonly number[]): Plain | undefined {
  const contents = [...new Map(photographs.map((one) => [one.content, one])).values()].filter(
    ({ identity }) => identity,
  );
  const [genuine, impostor]: [number[], number[]] = [[], []];
  let all = 0;
  for (const [n, one] of contents.entries()) {
    for (const other of contents.slice(n + 1)) {
      if (one.identity === other.identity) all += 1;
      if (!one.vector || !other.vector) continue;
      const [a, b] = [Float32Array.from(one.vector), Float32Array.from(other.vector)];
      (one.identity === other.identity ? genuine : impostor).push(
        a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0),
      );
    }
  }
  if (genuine.length === 0 || impostor.length === 0) return undefined;
  const within = (distances: readonly number[], limit: number) => distances.filter((one) => one <= limit).length;
  const thresholds = [...new Set([...genuine, ...impostor])].sort((a, b) => b - a);
  const fmr = thresholds.map((limit) => within(impostor, limit) / impostor.length);
  const fnmr = thresholds.map((limit) => (genuine.length - within(genuine, limit)) / genuine.length);
  const at = rates.map((rate) => {
    const n = fmr.findIndex((share) => share <= rate);
    if (n < 0) return [null, null, null, null];
    const matching = within(genuine, thresholds[n]);
    return [thresholds[n], fmr[n], matching / genuine.length, matching / all];
  });
  // As pyeer 0.5.6 has it in get_eer_values, but for curves that do not cross, where it gives 1 and warns.
  const second = fmr.findIndex((share, n) => share - fnmr[n] <= 0);
  const first = second > 0 && fmr[second] !== fnmr[second] ? second - 1 : second;
  const chosen = fmr[first] + fnmr[first] <= fmr[second] + fnmr[second] ? first : second;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = (values: readonly number[]) => mean(values.map((value) => (value - mean(values)) ** 2));
  const wins = genuine.flatMap((g) => impostor.map((i): number => (g < i ? 1 : g === i ? 0.5 : 0)));
  return {
    at,
    eer: second < 0 ? null : (fmr[chosen] + fnmr[chosen]) / 2,
    auc: mean(wins),
    dPrime: Math.abs(mean(genuine) - mean(impostor)) / Math.sqrt((variance(genuine) + variance(impostor)) / 2) || 0,
    curve: new Set(thresholds.map((limit, n) => `${fmr[n]} ${within(genuine, limit) / genuine.length}`)),
  };
}

describe('The largest count whose share is not above a rate', () => {
  it('is right to the last bit of the quotient', () => {
    for (let pairs = 1; pairs <= 2000; pairs++) {
      for (const fmr of [0.1, 0.3, 0.007, 1e-3, 3 / pairs, 1 / 3]) {
        const most = mostMatches(fmr, pairs);
        assert.ok((most === 0 || most / pairs <= fmr) && (most + 1) / pairs > fmr, `${fmr} of ${pairs}: ${most}`);
      }
    }
  });
});

describe('Ranks of distances that are not held', () => {
  it('are those of all in order, at every size from 0 to 1e30, with many that are equal', async () => {
    for (const [seed, scale] of [1e-30, 1e-3, 1, 1e3, 1e30].entries()) {
      const { data } = randomVectors(50, 400, seed + 1);
      const all = Float64Array.from(
        data,
        (value, n) => (n % 3 === 0 ? Math.abs(Math.round(value * 50)) : value ** 2) * scale,
      );
      const walk = async (visit: (some: Float64Array) => void) => {
        for (let at = 0; at < all.length; at += 777) visit(all.slice(at, at + 777));
      };
      const survey = await ImpostorSurvey.of({ count: all.length, walk }, Float64Array.of(scale / 2));
      const sorted = all.slice().sort();
      const ranks = [0, 1, 5, 99, 5000, 12_345, all.length - 1];
      const found = (await survey.ranked(ranks)) ?? assert.fail();
      for (const [n, { value, less, atMost, before }] of found.entries()) {
        assert.equal(value, sorted[ranks[n]]);
        assert.equal(less, sorted.indexOf(value));
        assert.equal(atMost, sorted.lastIndexOf(value) + 1);
        assert.equal(before, less > 0 ? sorted[less - 1] : null);
      }
    }
  });
});

describe('Pairs that are drawn', () => {
  const images = Array.from({ length: 12 }, (_, n): HashedImage => {
    return { id: `${n}`, file: `${n}`, hash: `${n}`, identity: `${n % 3}` };
  });
  const known = photographsOf(images, new Map(images.map(({ hash }, row) => [hash, row])));

  it('are as many as are asked for, each once, the same for a seed, and all where there are no more', () => {
    for (const kind of ['genuine', 'impostor'] as const) {
      const all = pairsOf(known, kind, 'all');
      assert.equal(all.count, kind === 'genuine' ? 18 : 48);
      assert.equal(pairsOf(known, kind, { sample: 100, seed: 1 }).count, all.count);
      const some = pairsOf(known, kind, { sample: 10, seed: 3 });
      assert.equal(some.count, 10);
      assert.deepEqual(pairsOf(known, kind, { sample: 10, seed: 3 }), some);
      assert.notDeepEqual(pairsOf(known, kind, { sample: 10, seed: 4 }), some);
      assert.equal(new Set(namesOf(some)).size, 10);
    }
  });

  it('are each as likely', () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 4000; seed++) {
      for (const pair of namesOf(pairsOf(known, 'genuine', { sample: 6, seed }))) {
        counts.set(pair, (counts.get(pair) ?? 0) + 1);
      }
    }
    assert.equal(counts.size, 18);
    // A third of 4,000, within five standard deviations.
    for (const [pair, count] of counts) assert.ok(Math.abs(count - 4000 / 3) < 5 * 30, `${pair}: ${count}`);
  });

  it('give the distances of those pairs, whatever the blocks, and leave out those without a vector', async () => {
    const photographs = Array.from(randomVectors(12, 2, 5).data.subarray(0, 12), (value, n) => {
      return { identity: `${n % 3}`, content: `${n}`, vector: n === 4 ? undefined : [value] };
    });
    const pairs = { sample: 12, seed: 9 };
    const [whole, parts] = [
      await verify(photographs, [0.2], { pairs }),
      await verify(photographs, [0.2], { pairs, blockRows: 2 }),
    ];
    assert.deepEqual(parts.figures, whole.figures);
    assert.equal(whole.genuine.count + whole.genuine.left, 12);
    assert.ok(whole.impostor.left > 0);
  });
});

function namesOf({ drawn }: ReturnType<typeof pairsOf>): string[] {
  const { offsets, others } = drawn ?? assert.fail();
  return [...others].map((other, n) => `${offsets.findLastIndex((offset) => offset <= n)} ${other}`);
}

describe('Distances of many photographs', () => {
  it('are those of the pairs taken one by one, to the last bit, whatever the blocks', async () => {
    const vectors: Matrix = randomVectors(60, 37, 4);
    const photographs = Array.from({ length: 60 }, (_, n) => {
      const { data } = selectRows(vectors, [n]);
      return { identity: `${n % 7}`, content: `${n}`, vector: n % 11 === 3 ? undefined : [...data] };
    });
    const expected = plainly(photographs, [0.1, 0.01]) ?? assert.fail();
    for (const blockRows of [1, 4, 7, 59, 60, 1000]) {
      const { figures } = await verify(photographs, [0.1, 0.01], { blockRows });
      agree(figures, expected, `blocks of ${blockRows}`);
    }
  });
});
