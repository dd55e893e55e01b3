import assert from 'node:assert/strict';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { eerInterval, weightedEer } from '../../../server/src/runner/figures/eer-interval.js';
import type { HeldImpostors } from '../../../server/src/runner/figures/impostor-survey.js';
import { type GenuineDistances, verificationOf } from '../../../server/src/runner/figures/verification.js';
import { identityDraws } from '../../../server/src/statistics/identity-bootstrap.js';
import { percentile } from '../../../server/src/statistics/percentile.js';

interface Pair {
  readonly identities: readonly [number, number];
  readonly distance: number;
}

/** Pairs of some people's places on a line, of which many are as far apart as others. */
function drawnPairs(identities: number, seed: number, spread = 6): Pair[] {
  const generator = xoroshiro128plus(seed);
  const places = Array.from({ length: identities }, () => {
    const home = uniformInt(generator, 0, 30);
    return Array.from({ length: uniformInt(generator, 1, 4) }, () => home + uniformInt(generator, 0, spread));
  });
  const all = places.flatMap((own, identity) => own.map((place) => ({ identity, place })));
  return all.flatMap((a, n) =>
    all.slice(n + 1).map((b): Pair => ({ identities: [a.identity, b.identity], distance: (a.place - b.place) ** 2 })),
  );
}

function genuineOf(pairs: readonly Pair[], identities: number): GenuineDistances {
  const genuine = pairs.filter(({ identities: [a, b] }) => a === b);
  const groups = Array.from({ length: identities }, (_, n) => genuine.filter(({ identities: [a] }) => a === n));
  return {
    distances: Float64Array.from(groups.flat(), ({ distance }) => distance),
    perIdentity: groups.map(({ length }) => length),
    left: 0,
  };
}

function impostorsOf(pairs: readonly Pair[]): HeldImpostors {
  const impostor = pairs.filter(({ identities: [a, b] }) => a !== b);
  return {
    distances: Float64Array.from(impostor, ({ distance }) => distance),
    first: Int32Array.from(impostor, ({ identities: [a] }) => a),
    second: Int32Array.from(impostor, ({ identities: [, b] }) => b),
  };
}

/** The rate over a draw, each pair written out as often as it is there. */
async function writtenOut(pairs: readonly Pair[], drawn: Uint32Array): Promise<number | null> {
  const times = (identity: number) => drawn.filter((one) => one === identity).length;
  const copies = pairs.flatMap((pair) => {
    const [a, b] = pair.identities;
    return new Array<Pair>(a === b ? times(a) : times(a) * times(b)).fill(pair);
  });
  const genuine = copies.filter(({ identities: [a, b] }) => a === b);
  const { distances } = impostorsOf(copies);
  if (genuine.length === 0 || distances.length === 0) return null;
  const figures = await verificationOf(
    { distances: Float64Array.from(genuine, ({ distance }) => distance), perIdentity: [], left: 0 },
    { count: distances.length, walk: async (visit) => visit(distances) },
    [],
  );
  return figures?.eer.rate ?? null;
}

describe('The interval of the equal error rate', () => {
  for (const [identities, seed] of [
    [5, 1],
    [8, 2],
    [12, 3],
    [20, 4],
  ] as const) {
    it(`is of what ${identities} people drawn anew have, each pair written out`, async () => {
      const pairs = drawnPairs(identities, seed);
      const eer = weightedEer(genuineOf(pairs, identities), impostorsOf(pairs));
      let draw = 0;
      for (const drawn of identityDraws(identities)) {
        if (draw++ === 20) break;
        const [own, plain] = [eer(drawn), await writtenOut(pairs, drawn)];
        assert.ok(own === plain || Math.abs((own ?? 9) - (plain ?? -9)) < 1e-12, `${own} for ${plain}`);
      }
    });
  }

  it('lies between the 2.5th and the 97.5th percentile of a thousand draws', () => {
    const pairs = drawnPairs(30, 5);
    const [genuine, impostors] = [genuineOf(pairs, 30), impostorsOf(pairs)];
    const eer = weightedEer(genuine, impostors);
    const values: number[] = [];
    for (const drawn of identityDraws(30)) values.push(eer(drawn) as number);
    const { ci95ByIdentity, byIdentity } = eerInterval(0.2, genuine, impostors);
    assert.deepEqual([ci95ByIdentity, byIdentity], [[percentile(values, 2.5), percentile(values, 97.5)], 'bootstrap']);
  });

  it('is Wilson’s over the people where nobody is mistaken, or everybody', () => {
    const pairs = drawnPairs(10, 6);
    const of = (rate: number) => eerInterval(rate, genuineOf(pairs, 10), impostorsOf(pairs));
    assert.deepEqual([of(0).byIdentity, of(1).byIdentity], ['wilson', 'wilson']);
    assert.deepEqual([of(0).ci95ByIdentity?.[0], of(1).ci95ByIdentity?.[1]], [0, 1]);
    // z² / (n + z²) for n people.
    assert.ok(Math.abs((of(0).ci95ByIdentity?.[1] ?? 0) - 3.8415 / 13.8415) < 1e-4);
  });

  it('is none of one person, of unknown people, of pairs that are not held, and of more than 20,000 people', () => {
    const pairs = drawnPairs(10, 7);
    const [genuine, impostors] = [genuineOf(pairs, 10), impostorsOf(pairs)];
    const none = { ci95ByIdentity: null, byIdentity: null };
    assert.deepEqual(eerInterval(0.1, genuine, undefined), none);
    assert.deepEqual(eerInterval(null, genuine, impostors), none);
    assert.deepEqual(eerInterval(0.1, { ...genuine, perIdentity: [] }, impostors), none);
    assert.deepEqual(eerInterval(0.1, { ...genuine, perIdentity: [genuine.distances.length] }, impostors), none);
    const many = new Array<number>(20_001).fill(0);
    assert.deepEqual(eerInterval(0.1, { ...genuine, perIdentity: many }, impostors), none);
  });
});
