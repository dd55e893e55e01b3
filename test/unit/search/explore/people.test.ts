import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Matrix } from '../../../../server/src/plugins/declare.js';
import { inMemory } from '../../../../server/src/plugins/matrix.js';
import { furthestOfEach, nearestImpostors, type RowPair } from '../../../../server/src/search/explore/hardest-pairs.js';
import { nearestRows } from '../../../../server/src/search/explore/nearest.js';
import { describePeople, wholePeople } from '../../../../server/src/search/explore/people.js';
import { squaredDistance } from '../../../../server/src/search/explore/squared-distance.js';
import { strayRows } from '../../../../server/src/search/explore/stray-images.js';
import { randomVectors } from '../../../support/random-vectors.js';
import { temporaryFolder } from '../../../support/run-folder.js';

const silent = () => undefined;

/** Rows of people who lie around a place each, so tightly that a row's nearest are mostly of its person. */
function crowd(sizes: readonly number[], spread: number, seed: number) {
  const places = randomVectors(sizes.length, 6, seed);
  const person = Int32Array.from(sizes.flatMap((size, n) => Array.from({ length: size }, () => n)));
  const vectors = randomVectors(person.length, 6, seed + 1);
  for (let at = 0; at < vectors.data.length; at++) {
    const own = places.data[person[Math.floor(at / 6)] * 6 + (at % 6)];
    vectors.data[at] = own + spread * vectors.data[at];
  }
  return { vectors, person, hashes: Array.from(person, (_, row) => `content ${row}`) };
}

/** All pairs for which `wanted` holds, by their distances. */
function everyPair(
  { vectors, person }: { vectors: Matrix; person: Int32Array },
  wanted: (a: number, b: number) => boolean,
) {
  const pairs: RowPair[] = [];
  for (let a = 0; a < person.length; a++) {
    for (let b = a + 1; b < person.length; b++) {
      if (wanted(a, b)) pairs.push({ a, b, distance: squaredDistance(vectors, a, vectors, b) });
    }
  }
  return pairs.sort((x, y) => x.distance - y.distance);
}

const names = (pairs: readonly RowPair[]) => pairs.map(({ a, b }) => `${a}–${b}`);

describe('People and pairs', () => {
  const folder = temporaryFolder();

  for (const [what, sizes, spread] of [
    ['people of a few photographs', [3, 1, 5, 2, 4, 6, 2, 3], 0.6],
    ['people whose nearest photographs are all their own', [40, 35, 50], 0.02],
    ['a person of many among people of one', [120, ...Array.from({ length: 30 }, () => 1)], 0.3],
  ] as const) {
    it(`have the nearest pairs of two people that all pairs in order give, of ${what}`, async () => {
      for (const seed of [1, 2, 3]) {
        const rows = crowd(sizes, spread, seed);
        const source = inMemory(rows.vectors);
        const found = await nearestRows(source, source, 4, silent);
        const { pairs, exact } = nearestImpostors(rows, found, 12);
        const all = everyPair(rows, (a, b) => rows.person[a] !== rows.person[b]);
        assert.ok(exact);
        assert.deepEqual(names(pairs), names(all.slice(0, 12)));
      }
    });
  }

  it('are exact beside a person of whom there are many photographs, near each other', async () => {
    const rows = crowd([900, ...Array.from({ length: 30 }, () => 2)], 0.02, 2);
    const source = inMemory(rows.vectors);
    const { pairs, exact } = nearestImpostors(rows, await nearestRows(source, source, 3, silent), 6, 20_000);
    const all = everyPair(rows, (a, b) => rows.person[a] !== rows.person[b]);
    assert.ok(exact, 'the pairs of that person are none to compare');
    assert.deepEqual(names(pairs), names(all.slice(0, 6)));
  });

  it('say so where they may lack a nearer pair: more than are compared one by one', async () => {
    const rows = crowd([30, 30], 0.001, 1);
    const source = inMemory(rows.vectors);
    const { pairs, exact } = nearestImpostors(rows, await nearestRows(source, source, 3, silent), 5, 800);
    assert.deepEqual({ pairs, exact }, { pairs: [], exact: false });
  });

  it('take one photograph under two people for a copy, and for no pair', async () => {
    const rows = crowd([2, 2], 0.5, 1);
    rows.vectors.data.copyWithin(2 * 6, 0, 6);
    rows.hashes[2] = rows.hashes[0];
    const source = inMemory(rows.vectors);
    const { pairs } = nearestImpostors(rows, await nearestRows(source, source, 3, silent), 9);
    assert.ok(!names(pairs).includes('0–2'));
    assert.equal(pairs.length, 3);
  });

  it('have of each person the two photographs that are furthest apart, and none of a single one', () => {
    const rows = crowd([7, 1, 4, 9], 0.8, 4);
    const people = [0, 1, 2, 3].map((n) => [...rows.person.keys()].filter((row) => rows.person[row] === n));
    const { worst, partly } = furthestOfEach(rows.vectors, people, 1e6);
    assert.equal(partly, 0);
    for (const [n, pair] of worst.entries()) {
      const own = everyPair(rows, (a, b) => rows.person[a] === n && rows.person[b] === n);
      assert.deepEqual(pair, own.at(-1));
    }
  });

  it('compare so many photographs of each that the bound on pairs holds, and count of whom these are not all', () => {
    const rows = crowd([200, 5, 60], 0.8, 4);
    const people = [0, 1, 2].map((n) => [...rows.person.keys()].filter((row) => rows.person[row] === n));
    const { most, partly } = furthestOfEach(rows.vectors, people, 2500);
    assert.deepEqual({ most, partly }, { most: 50, partly: 2 });
  });

  for (const [what, sizes] of [
    ['people of a few each', Array.from({ length: 300 }, (_, n) => 1 + (n % 7))],
    ['one who has more than all that are looked at', [900]],
    ['one who has most', [500, 3, 4, 5]],
  ] as const) {
    it(`are of whole people, so many that they are not too many, of ${what}`, () => {
      const images = sizes
        .flatMap((size, person) =>
          Array.from({ length: size }, (_, n) => ({
            id: `${person}/${n}`,
            identity: `${person}`,
            hash: `${person}-${n}`,
          })),
        )
        .map((image, place) => ({ ...image, place }));
      const looked = wholePeople(images, 200);
      assert.ok(looked.length > 0 && looked.length <= 200);
      const places = looked.map(({ place }) => place);
      assert.deepEqual(
        places,
        [...new Set(places)].sort((a, b) => a - b),
      );
      for (const [person, size] of sizes.entries()) {
        const own = looked.filter(({ identity }) => identity === `${person}`).length;
        assert.ok([0, Math.min(size, 200)].includes(own), `${own} of ${size}`);
      }
    });
  }

  it('are none where nobody’s name is known, and one where one is', async () => {
    const { data } = randomVectors(3, 4, 1);
    const kept = (identities: readonly (string | null)[]) => ({
      images: identities.map((identity, place) => ({ place, id: `${place}`, identity, hash: `${place}` })),
      ...{ noEmbedding: 1, missing: 0, has: () => true },
      read: async (hashes: readonly string[]) => ({
        data: Float32Array.from(hashes.flatMap((hash) => [...data.subarray(4 * Number(hash), 4 * Number(hash) + 4)])),
        ...{ rows: hashes.length, dimension: 4 },
      }),
    });
    await writeFile(join(folder(), 'queries.jsonl'), '');
    const describe = (identities: readonly (string | null)[]) =>
      describePeople(folder(), 'first', kept(identities), () => silent);
    const nobody = await describe([null, null, null]);
    assert.deepEqual([nobody.people.length, nobody.considered.unknown, nobody.impostors.pairs.length], [0, 3, 0]);
    const one = await describe(['a', null, null]);
    assert.deepEqual(
      one.people.map(({ identity, images, worst }) => [identity, images, worst]),
      [['a', 1, null]],
    );
    assert.equal(one.considered.noEmbedding, 1);
  });

  it('find the photographs that are nearer to the mean of another person than to their own’s others', async () => {
    for (const seed of [5, 6, 7]) {
      const rows = crowd([5, 4, 1, 6], 1.2, seed);
      const { vectors, person } = rows;
      const people = [0, 1, 2, 3].map((n) => [...person.keys()].filter((row) => person[row] === n));
      const expected = [...person.keys()].filter((row) => {
        const distances = people.map((own) => {
          const others = own.filter((one) => one !== row);
          return others.length === 0 ? Number.NaN : toMean(vectors, row, others);
        });
        const own = distances[person[row]];
        return distances.some((distance, n) => n !== person[row] && distance < own);
      });
      const strays = await strayRows(vectors, people, silent);
      assert.ok(expected.length > 0);
      assert.deepEqual(
        strays.map(({ row }) => row).sort((a, b) => a - b),
        expected,
      );
      const [first] = strays;
      const others = people[person[first.row]].filter((row) => row !== first.row);
      assert.ok(Math.abs(first.own - toMean(vectors, first.row, others)) < 1e-5);
      assert.ok(Math.abs(first.otherDistance - toMean(vectors, first.row, people[first.other])) < 1e-5);
    }
  });
});

/** Squared L2 from a row to the mean of others, by its definition. */
function toMean({ data, dimension }: Matrix, row: number, others: readonly number[]): number {
  return Array.from({ length: dimension }, (_, i) => {
    const mean = others.reduce((sum, other) => sum + data[other * dimension + i], 0) / others.length;
    return (data[row * dimension + i] - mean) ** 2;
  }).reduce((a, b) => a + b);
}
