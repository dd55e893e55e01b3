import assert from 'node:assert/strict';
import { controlOf } from '../../../server/src/runner/figures/control.js';
import { distanceBetween } from '../../../server/src/runner/figures/distance.js';
import { withoutNearDuplicates } from '../../../server/src/runner/figures/near-duplicates.js';
import { type JudgedQuery, robustnessOf, type ValidResults } from '../../../server/src/runner/figures/robustness.js';
import { countedRate, identityInterval } from '../../../server/src/statistics/identity-bootstrap.js';
import { randomVectors } from '../../support/random-vectors.js';

function results(valid: number, right = valid, labelled = valid): ValidResults {
  return {
    valid,
    validAt: Array.from({ length: valid }, (_, n) => n),
    judgedDistances: [],
    nearest: [],
    labelled,
    right,
  };
}

function query(
  original: number | null,
  fawkes: number | null,
  lowkey: number | null,
  control = 0,
  identity = 'ana',
): JudgedQuery {
  const version = (valid: number | null) => (valid === null ? null : results(valid));
  const perturbed = { fawkes: version(fawkes), lowkey: version(lowkey) };
  return { identity, original: version(original), perturbed, control: { count: control, of: 10 } };
}

describe('Robustness', () => {
  const queries = [
    query(5, 2, 0, 1),
    query(3, 0, 0),
    query(4, 1, 1),
    query(3, null, 3),
    query(2, 2, 2, 9),
    query(null, null, null),
  ];
  const counted = robustnessOf(queries, ['fawkes', 'lowkey'], 3);

  it('counts of all queries those whose original finds enough', () => {
    assert.deepEqual([counted.queries, counted.eligible], [6, 4]);
    assert.deepEqual([counted.withValid.original.count, counted.withValid.original.of], [4, 4]);
  });

  it('counts those that still find somebody, of those that the version could be judged on', () => {
    const { fawkes, lowkey } = counted.withValid;
    assert.deepEqual([fawkes.count, fawkes.of, fawkes.rate, fawkes.apart], [2, 3, 2 / 3, 1]);
    assert.deepEqual([lowkey.count, lowkey.of, lowkey.rate, lowkey.apart], [2, 4, 0.5, 0]);
  });

  it('stands beside the rate over every eligible query: 5 of the 6 with a face, and of 40 in all, are 83 and 12.5 %', () => {
    const found = Array.from({ length: 40 }, (_, n) => query(3, n < 5 ? 1 : n < 6 ? 0 : null, 3));
    const { fawkes } = robustnessOf(found, ['fawkes', 'lowkey'], 3).withValid;
    assert.deepEqual([fawkes.count, fawkes.of, fawkes.rate, fawkes.apart], [5, 6, 5 / 6, 34]);
    assert.deepEqual([fawkes.ofAll, fawkes.rateAll], [40, 0.125]);
  });

  it('counts those that every version finds, without the ones that one could not be judged on', () => {
    assert.deepEqual([counted.all.count, counted.all.of], [1, 3]);
  });

  it('counts as “all” those of which there are images: a version that was never made hides nobody', () => {
    const missing = queries.map((each) => ({ ...each, perturbed: { ...each.perturbed, lost: null } }));
    const { all, withValid } = robustnessOf(missing, ['fawkes', 'lowkey', 'lost'], 3, ['fawkes', 'lowkey']);
    assert.deepEqual(all, counted.all);
    assert.deepEqual(all.versions, ['fawkes', 'lowkey']);
    assert.deepEqual([withValid.lost.of, withValid.lost.apart], [0, 4]);
  });

  it('says in how many queries the very person is among what is found, where it is known whose images these are', () => {
    const { original, fawkes } = robustnessOf(
      [
        { ...query(3, 2, 0), original: results(3, 1), perturbed: { fawkes: results(2, 0) } },
        { ...query(3, 2, 0), original: results(3, 3), perturbed: { fawkes: results(0) } },
        { ...query(3, 2, 0), original: results(4, 0), perturbed: { fawkes: null } },
      ],
      ['fawkes'],
      3,
    ).withValid;
    assert.deepEqual([original.rightPerson, original.rightPersonCounted?.of], [2 / 3, 3]);
    assert.deepEqual([fawkes.rightPerson, fawkes.rightPersonCounted?.of], [0, 2]);
    const nobodys = { ...query(3, 2, 0), original: results(3, 0, 0), perturbed: { fawkes: results(2, 0, 0) } };
    assert.equal(robustnessOf([nobodys], ['fawkes'], 3).withValid.original.rightPerson, null);
  });

  it('gives the share of valid results that are right, where their identity is known', () => {
    const known = { identity: 'ana', original: results(3, 1, 2), perturbed: {}, control: null };
    const unknown = { identity: 'ana', original: results(4, 0, 0), perturbed: {}, control: null };
    assert.equal(robustnessOf([known, unknown], [], 3).withValid.original.precision, 0.5);
    assert.equal(robustnessOf([unknown], [], 3).withValid.original.precision, null);
  });

  it('has no rates where no query is eligible, and no “all” without a perturbation', () => {
    const none = robustnessOf(queries, ['fawkes', 'lowkey'], 50);
    assert.deepEqual(
      [none.eligible, none.withValid.fawkes.rate, none.all.rate, none.control.rate],
      [0, null, null, null],
    );
    assert.deepEqual(robustnessOf(queries, [], 3).all, { ...countedRate([]), versions: [] });
  });
});

describe('Near-duplicates', () => {
  /** Unit vectors at these angles, in degrees. */
  const at = (...angles: number[]) => ({
    data: Float32Array.from(
      angles.flatMap((angle) => [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)]),
    ),
    rows: angles.length,
    dimension: 2,
  });

  it('are one result, the best, even where they are alike only through others', () => {
    const limit = Math.cos((12 * Math.PI) / 180);
    assert.deepEqual(withoutNearDuplicates(at(60, 0, 20, 10), limit), [0, 1]);
    assert.deepEqual(withoutNearDuplicates(at(0, 15, 30, 45), limit), [0, 1, 2, 3]);
  });
});

describe('The control', () => {
  it('is the mean over eligible queries of the share of strangers who find something', () => {
    const queries = [
      query(5, 2, 0, 1),
      query(3, 0, 0, 4, 'bo'),
      query(2, 2, 2, 9),
      { ...query(4, 1, 1), control: null },
    ];
    const { control } = robustnessOf(queries, ['fawkes', 'lowkey'], 3);
    assert.deepEqual([control.of, control.strangers, control.rate], [2, 20, 0.25]);
  });

  it('is Wilson’s over identities where no stranger finds anything, and has no interval of one identity', () => {
    const none = ['ana', 'ana', 'bo', 'cy'].map((identity) => query(5, 2, 0, 0, identity));
    assert.deepEqual(robustnessOf(none, ['fawkes', 'lowkey'], 3).control, {
      ...{ of: 4, strangers: 40, rate: 0 },
      ...identityInterval([0, 0, 0].map((count) => ({ count, of: 1 }))),
    });
    assert.equal(robustnessOf(none.slice(0, 2), ['fawkes', 'lowkey'], 3).control.ci95ByIdentity, null);
  });

  it('is taken off the rate of each version, between bounds of the same draws', () => {
    const queries = Array.from({ length: 60 }, (_, n) => query(3, n % 3 ? 1 : 0, 1, n % 7, `${n % 12}`));
    const { withValid, control } = robustnessOf(queries, ['fawkes', 'lowkey'], 3);
    const { rate, excess, excessCi95ByIdentity } = withValid.fawkes;
    assert.equal(excess, (rate ?? 0) - (control.rate ?? 0));
    const [low, high] = excessCi95ByIdentity ?? assert.fail();
    assert.ok(low < (excess ?? 0) && (excess ?? 0) < high && high - low < 1);
  });

  it('is what a plain count gives, in 60 random sets with copies, unknown people and photographs without a face', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const dimension = 1 + (seed % 37);
      const { data } = randomVectors(40, dimension, seed);
      const vectorOf = (n: number) => data.subarray(n * dimension, (n + 1) * dimension);
      const chance = randomVectors(40, 8, seed + 100).data;
      const drawn = (n: number, of: number) => Math.floor(((chance[n % chance.length] + 1) / 2) * of * 0.999);
      // What is found are the places 0 to 29, of which some have no embedding; the queries are 30 to 39.
      const embedded = Array.from({ length: 30 }, (_, n) => n).filter((n) => drawn(n, 10) > 0);
      const people = Array.from({ length: 10 }, (_, n) => ({
        identity: drawn(n + 40, 8) === 0 ? null : `${drawn(n + 60, 4)}`,
        found: Array.from({ length: 5 }, (_, m) => drawn(100 + 5 * n + m, 30)),
        vector: vectorOf(30 + n),
        threshold: dimension / (2 + (seed % 3)),
        own: new Set([drawn(200 + n, 30), drawn(220 + n, 30)]),
      }));
      const unit = seed % 2 === 0 ? 'l2' : 'squared-l2';
      const block = (places: number[]) => ({
        places,
        vectors: {
          data: Float32Array.from(places.flatMap((place) => [...vectorOf(place)])),
          rows: places.length,
          dimension,
        },
      });
      const blocks = async function* () {
        yield block(embedded.slice(0, 11));
        yield block(embedded.slice(11));
      };
      const plain = people.map(({ identity, vector, threshold, own }) => {
        const strangers = people.filter(
          (other) => identity !== null && other.identity !== null && other.identity !== identity,
        );
        const isValid = (place: number) =>
          embedded.includes(place) && !own.has(place) && distanceBetween(vector, vectorOf(place), unit) <= threshold;
        const count = strangers.filter(({ found }) => found.some(isValid)).length;
        return strangers.length === 0 ? null : { count, of: strangers.length };
      });
      assert.deepEqual(await controlOf(people, people, { blocks }, unit), plain, `seed ${seed}`);
    }
  });
});
