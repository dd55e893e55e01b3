import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  bootstrapInterval,
  countedRate,
  DRAWS,
  type IdentityCount,
  identityDraws,
  identityInterval,
  type Outcome,
} from '../../../server/src/statistics/identity-bootstrap.js';
import { proportion } from '../../../server/src/statistics/proportion.js';
import { askPeer, needsPeers } from '../../support/peer-venv.js';
import { randomVectors } from '../../support/random-vectors.js';

const SCRIPT = fileURLToPath(new URL('../../support/resample-by-identity.py', import.meta.url));

/** Between 2 and 41 identities with 1 to 9 outcomes each, some of them right. */
function randomCounts(seed: number): IdentityCount[] {
  const { data } = randomVectors(2 + (seed % 40), 2, seed);
  return Array.from({ length: data.length / 2 }, (_, n) => {
    const of = 1 + Math.floor(((data[2 * n] + 1) / 2) * 8.99);
    return { of, count: Math.floor(((data[2 * n + 1] + 1) / 2) * (of + 0.99)) };
  });
}

function outcomesOf(counts: readonly IdentityCount[]): Outcome[] {
  return counts.flatMap(({ count, of }, n) =>
    Array.from({ length: of }, (_, one) => ({ identity: `person ${n}`, hit: one < count })),
  );
}

describe('An interval over identities', () => {
  it('is none of one identity, and Wilson’s over identities where none or all are counted, which it says', () => {
    const nothing = { ci95ByIdentity: null, byIdentity: null };
    assert.deepEqual(identityInterval([{ count: 3, of: 9 }]), nothing);
    assert.deepEqual(
      identityInterval([
        { count: 3, of: 9 },
        { count: 0, of: 0 },
      ]),
      nothing,
    );
    const all = Array.from({ length: 7 }, () => ({ count: 9, of: 9 }));
    assert.deepEqual(identityInterval(all), { ci95ByIdentity: proportion(7, 7).ci95, byIdentity: 'wilson' });
    const none = all.map(({ of }) => ({ count: 0, of }));
    assert.deepEqual(identityInterval(none), { ci95ByIdentity: proportion(0, 7).ci95, byIdentity: 'wilson' });
  });

  it('is near Wilson’s where each identity has one query, and wider where those of one go together', () => {
    const single = Array.from({ length: 400 }, (_, n) => ({ count: n % 4 === 0 ? 0 : 1, of: 1 }));
    const [low, high] = identityInterval(single).ci95ByIdentity ?? assert.fail();
    const [wilsonLow, wilsonHigh] = proportion(300, 400).ci95 ?? assert.fail();
    assert.ok(Math.abs(low - wilsonLow) < 0.01 && Math.abs(high - wilsonHigh) < 0.01, `${low} to ${high}`);
    const together = Array.from({ length: 40 }, (_, n) => ({ count: n % 4 === 0 ? 0 : 10, of: 10 }));
    const [wideLow, wideHigh] = identityInterval(together).ci95ByIdentity ?? assert.fail();
    assert.ok(wideHigh - wideLow > 2.5 * (high - low), `${wideLow} to ${wideHigh}`);
  });

  it('is counted from outcomes one by one as from an identity’s counts', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const counts = randomCounts(seed);
      const { count, of, rate, ci95, ci95ByIdentity, byIdentity } = countedRate(outcomesOf(counts));
      const sum = (part: 'count' | 'of') => counts.reduce((total, one) => total + one[part], 0);
      assert.deepEqual([count, of], [sum('count'), sum('of')]);
      assert.deepEqual({ rate, ci95 }, proportion(count, of));
      assert.deepEqual({ ci95ByIdentity, byIdentity }, identityInterval(counts));
    }
  });

  it('is none where it is not known of every outcome whose it is', () => {
    const outcomes = outcomesOf([
      { count: 1, of: 3 },
      { count: 2, of: 2 },
    ]);
    const { count, of, ci95ByIdentity, byIdentity } = countedRate([...outcomes, { identity: null, hit: true }]);
    assert.deepEqual([count, of, ci95ByIdentity, byIdentity], [4, 6, null, null]);
  });

  it('draws each identity as often as another, and the same each time', () => {
    const drawn = new Uint32Array(11);
    let draws = 0;
    for (const draw of identityDraws(11)) {
      draws += 1;
      for (const identity of draw) drawn[identity] += 1;
    }
    assert.equal(draws, DRAWS);
    // Each 1,000 times of 11,000, within five standard deviations.
    for (const times of drawn) assert.ok(Math.abs(times - 1000) < 5 * Math.sqrt(1000), `${times}`);
    const first = () => identityDraws(11).next().value;
    assert.deepEqual(first(), first());
  });

  it('is none where a draw has no such figure', () => {
    assert.equal(
      bootstrapInterval(5, (drawn) => (drawn.includes(0) ? 1 : null)),
      null,
    );
  });
});

describe('Intervals over identities beside NumPy (skipped where NumPy in the environment of peers is absent)', () => {
  let folder: string;
  before(async function () {
    needsPeers.call(this, 'numpy');
    folder = await mkdtemp(join(tmpdir(), 'lookalike-'));
  });
  after(() => folder && rm(folder, { recursive: true }));

  it('are its percentiles of the same draws, in 40 random sets of counts', async () => {
    const sets = Array.from({ length: 40 }, (_, n) => randomCounts(n + 1)).filter((counts) => {
      const { rate } = countedRate(outcomesOf(counts));
      return rate !== 0 && rate !== 1;
    });
    assert.ok(sets.length >= 35, `${sets.length} sets`);
    const cases = sets.map((counts) => ({
      count: counts.map(({ count }) => count),
      of: counts.map(({ of }) => of),
      draws: Array.from(identityDraws(counts.length), (drawn) => [...drawn]),
    }));
    const file = join(folder, 'cases.json');
    await writeFile(file, JSON.stringify({ cases }));
    const expected = askPeer<[number, number][]>(SCRIPT, file);
    for (const [n, counts] of sets.entries()) {
      assert.deepEqual(identityInterval(counts), { ci95ByIdentity: expected[n], byIdentity: 'bootstrap' }, `set ${n}`);
    }
  });
});
