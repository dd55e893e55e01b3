import assert from 'node:assert/strict';
import { inMemory } from '../../../server/src/plugins/matrix.js';
import { identificationOf } from '../../../server/src/runner/figures/identification.js';
import { rolesOf, searchAll } from '../../../server/src/runner/stages/measuring/measure-identification.js';
import { photographsOf } from '../../../server/src/runner/stages/measuring/verification-pairs.js';
import { randomVectors } from '../../support/random-vectors.js';

/** Four searches for enrolled people, of whom two show one person, and five for people who are not enrolled. */
const SEARCHES = {
  known: [
    { identity: 0, mate: 1, rank: 1 },
    { identity: 0, mate: 4, rank: 2 },
    { identity: 1, mate: 6, rank: 1 },
    { identity: 2, mate: 9, rank: 4 },
  ],
  unknown: [5, 3, 8, 5, 7],
  enrolled: 4,
  missed: 1,
};

describe('Identification', () => {
  it('finds at each rank the share that can be counted on paper', () => {
    const { cmc, curve } = identificationOf(SEARCHES, { ranks: [1, 2, 5], fpir: [] });
    const rates = Object.entries(cmc).map(([rank, { count, of, rate, rateAll }]) => [rank, count, of, rate, rateAll]);
    assert.deepEqual(rates, [
      ['1', 2, 4, 0.5, 0.4],
      ['2', 3, 4, 0.75, 0.6],
      ['5', 4, 4, 1, 0.8],
    ]);
    assert.deepEqual(curve, [0.5, 0.75, 0.75, 1]);
  });

  for (const { fpir, threshold, actualFpir, missed } of [
    // Unknown probes lie at 3, 5, 5, 7 and 8; mates at 1, 4, 6 and 9.
    { fpir: 0.1, threshold: 1, actualFpir: 0, missed: 3 },
    { fpir: 0.2, threshold: 4, actualFpir: 0.2, missed: 2 },
    { fpir: 0.4, threshold: 4, actualFpir: 0.2, missed: 2 },
    { fpir: 0.6, threshold: 6, actualFpir: 0.6, missed: 1 },
    { fpir: 0.8, threshold: 7, actualFpir: 0.8, missed: 1 },
  ]) {
    it(`at an FPIR of ${fpir} has the threshold ${threshold}, and misses ${missed} of 4`, () => {
      const [at] = identificationOf(SEARCHES, { ranks: [1], fpir: [fpir] }).at;
      assert.deepEqual(
        [at?.threshold, at?.actualFpir, at?.fnir.count, at?.fnir.rate, at?.fnirAll],
        [threshold, actualFpir, missed, missed / 4, (missed + 1) / 5],
      );
    });
  }

  it('has no threshold where the nearest unknown probe is nearer than anybody', () => {
    const [at] = identificationOf({ ...SEARCHES, unknown: [0.5, 2] }, { ranks: [1], fpir: [0.1] }).at;
    assert.deepEqual([at?.threshold, at?.fnir.rate, at?.fnirAll], [null, null, null]);
  });

  it('says that an interval of none or of all is Wilson’s over the people', () => {
    const { cmc, at } = identificationOf(SEARCHES, { ranks: [1, 5], fpir: [0.1] });
    assert.deepEqual(
      [cmc[1]?.byIdentity, cmc[5]?.byIdentity, at[0]?.fnir.byIdentity],
      ['bootstrap', 'wilson', 'bootstrap'],
    );
    assert.equal(cmc[5]?.ci95ByIdentity?.[1], 1);
  });

  it('has no open set where everybody is enrolled', () => {
    assert.deepEqual(identificationOf({ ...SEARCHES, unknown: [] }, { ranks: [1], fpir: [0.1] }).at, []);
  });

  for (let seed = 1; seed <= 8; seed++) {
    it(`counts what trying every pair counts, with lost faces and ties (${seed})`, async () => {
      const { images, rowOf, vectors } = drawn(seed);
      const asked = { enrol: 1 + (seed % 3), ranks: [1, 2, 3], unknown: 0.4, fpir: [0.1, 0.3], seed };
      const photographs = photographsOf(images, rowOf);
      const roles = rolesOf(photographs, asked);
      const probes = [...roles.known, ...roles.unknown.map((row) => ({ row, identity: -1 }))];
      const work = { signal: new AbortController().signal, progress: () => undefined };
      const found = await searchAll(inMemory(vectors), probes, roles.enrolledRows, work);
      const vectorOf = (row: number) => vectors.data.slice(row * vectors.dimension, (row + 1) * vectors.dimension);
      const distance = (a: number, b: number) =>
        vectorOf(a).reduce((sum, value, i) => sum + (value - (vectorOf(b)[i] ?? 0)) ** 2, 0);
      for (const [n, { row, identity }] of probes.entries()) {
        const each = roles.enrolledRows.map((rows) => Math.min(...rows.map((other) => distance(row, other))));
        const mate = each[identity] ?? Number.POSITIVE_INFINITY;
        const others = each.filter((_, other) => other !== identity);
        const rank = others.filter((other) => other <= mate).length + (identity < 0 ? 0 : 1);
        assert.deepEqual(found[n], { mate, rank, nearest: Math.min(...each) });
      }
      // Every photograph has one part: enrolled, searched for, or left out and counted.
      const identities = new Set(images.map(({ identity }) => identity));
      const enrolled = roles.enrolledRows.length + roles.failedToEnrol;
      assert.equal(enrolled, identities.size - Math.round(0.4 * identities.size));
      const used = [...roles.known.map(({ row }) => row), ...roles.unknown, ...roles.enrolledRows.flat()];
      assert.equal(new Set(used).size, used.length);
      assert.ok(roles.left >= roles.missed && used.length + roles.left <= images.length);
    });
  }

  it('enrols the same people and images whichever of them a model can embed', () => {
    const { images, rowOf } = drawn(3);
    const asked = { enrol: 1, ranks: [1], unknown: 0.5, fpir: [0.1], seed: 3 };
    const all = rolesOf(photographsOf(images, new Map(images.map(({ hash }, row) => [hash, row]))), asked);
    const some = rolesOf(
      photographsOf(
        images,
        new Map([...rowOf.keys()].map((hash) => [hash, images.findIndex((one) => one.hash === hash)])),
      ),
      asked,
    );
    const within = (part: readonly number[], whole: readonly number[]) => part.every((row) => whole.includes(row));
    assert.ok(within(some.enrolledRows.flat(), all.enrolledRows.flat()));
    assert.ok(within(some.unknown, all.unknown));
    assert.ok(
      within(
        some.known.map(({ row }) => row),
        all.known.map(({ row }) => row),
      ),
    );
    assert.equal(some.enrolledRows.length + some.failedToEnrol, all.enrolledRows.length);
  });
});

/** Ten people with one to five images each, some without a vector, at few places so that distances tie. */
function drawn(seed: number) {
  const noise = randomVectors(60, 2, seed).data;
  const images = Array.from({ length: 10 }, (_, person) =>
    Array.from({ length: 1 + ((person * 7 + seed) % 5) }, (_, n) => {
      const name = `p${person}/${n}`;
      return { id: name, identity: `p${person}`, file: name, hash: name };
    }),
  ).flat();
  const kept = images.filter((_, n) => (n * 5 + seed) % 7 !== 0);
  const rowOf = new Map(kept.map(({ hash }, row) => [hash, row]));
  const data = Float32Array.from({ length: 2 * kept.length }, (_, n) => Math.round(3 * (noise[n] ?? 0)));
  return { images, rowOf, vectors: { data, rows: kept.length, dimension: 2 } };
}
