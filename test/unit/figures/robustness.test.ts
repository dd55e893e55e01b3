import assert from 'node:assert/strict';
import { countedRate } from '../../../server/src/runner/figures/identity-bootstrap.js';
import { Impostors } from '../../../server/src/runner/figures/impostors.js';
import { withoutNearDuplicates } from '../../../server/src/runner/figures/near-duplicates.js';
import { type JudgedQuery, robustnessOf, type ValidResults } from '../../../server/src/runner/figures/robustness.js';

function results(valid: number, right = valid, labelled = valid): ValidResults {
  return { valid, validAt: Array.from({ length: valid }, (_, n) => n), labelled, right };
}

function query(
  original: number | null,
  fawkes: number | null,
  lowkey: number | null,
  control = 0,
  identity = 'ana',
): JudgedQuery {
  const version = (valid: number | null) => (valid === null ? null : results(valid));
  return {
    identity,
    original: version(original),
    perturbed: { fawkes: version(fawkes), lowkey: version(lowkey) },
    control,
  };
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

  it('counts how often an impostor is found, of the same queries', () => {
    assert.deepEqual(counted.control, { count: 1, of: 4, rate: 0.25 });
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

describe('An impostor', () => {
  const photographs = ['ana', 'ana', 'bo', 'cy', null].map((identity, n) => ({ id: `${n}`, identity }));

  it('is of another identity, and the same each time', () => {
    for (let seed = 0; seed < 20; seed++) {
      const drawn = new Impostors(photographs, seed).drawFor(photographs[0]);
      assert.ok(drawn?.identity === 'bo' || drawn?.identity === 'cy');
      assert.deepEqual(new Impostors(photographs, seed).drawFor(photographs[0]), drawn);
    }
  });

  it('is nobody where all are one person, or whose photograph it is is unknown', () => {
    assert.equal(new Impostors(photographs.slice(0, 2), 1).drawFor(photographs[0]), undefined);
    assert.equal(new Impostors(photographs, 1).drawFor(photographs[4]), undefined);
  });
});
