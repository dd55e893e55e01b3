import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  holm,
  mcnemarExact,
  type PairedOutcome,
  pairedDifference,
  signFlip,
} from '../../../server/src/statistics/differences.js';
import { identityDraws } from '../../../server/src/statistics/identity-bootstrap.js';
import { proportion } from '../../../server/src/statistics/proportion.js';
import { askPeer, needsPeers } from '../../support/peer-venv.js';
import { randomVectors } from '../../support/random-vectors.js';

const SCRIPT = fileURLToPath(new URL('../../support/differences-by-scipy.py', import.meta.url));

/** `people` identities with 1 to 6 queries each. */
function randomOutcomes(seed: number, people: number): PairedOutcome[] {
  const { data } = randomVectors(people * 6, 3, seed);
  return Array.from({ length: people * 6 }, (_, n): PairedOutcome => {
    const [x, y] = data.subarray(3 * n, 3 * n + 2);
    return { identity: `${n % people}`, a: x < 0.2, b: x + y < 0.1 };
  }).filter((_, n) => n < people || data[3 * n + 2] > 0);
}

function outcomes(...all: [identity: string, a: 0 | 1, b: 0 | 1][]): PairedOutcome[] {
  return all.map(([identity, a, b]) => ({ identity, a: a === 1, b: b === 1 }));
}

function near(actual: number | null, expected: number, what: string): void {
  const apart = Math.abs((actual ?? Number.NaN) - expected);
  assert.ok(apart <= 1e-10 * expected, `${what}: ${actual} for ${expected}`);
}

describe('The difference of two rates on the same queries', () => {
  it('is what can be worked out by hand', () => {
    const { n, discordant, difference, p, pByIdentity } = pairedDifference(
      outcomes(['ana', 1, 0], ['ana', 1, 0], ['bo', 1, 0], ['bo', 1, 1], ['cy', 0, 0], ['cy', 0, 1]),
    );
    assert.deepEqual([n, discordant, difference], [6, 4, -2 / 6]);
    // Of four discordant queries one or none, or as many on the other side: 10 of 16.
    assert.equal(p, 10 / 16);
    // Ana’s two, Bo’s one and Cy’s one with either sign: the sum is −2, 2 or farther from 0 in 6 of 8.
    assert.equal(pByIdentity, 6 / 8);
  });

  it('is none of no query, and no more than a guess where nothing differs', () => {
    const none = pairedDifference([]);
    assert.deepEqual([none.n, none.difference, none.p, none.pByIdentity], [0, null, null, null]);
    const same = pairedDifference(outcomes(['ana', 1, 1], ['bo', 0, 0], ['cy', 1, 1]));
    assert.deepEqual([same.discordant, same.difference, same.p, same.pByIdentity], [0, 0, 1, 1]);
    const high = (proportion(0, 3).ci95 ?? assert.fail())[1];
    assert.equal(same.byIdentity, 'wilson');
    near(same.ci95ByIdentity?.[1] ?? null, high, 'upper bound');
    const lost = pairedDifference(outcomes(['ana', 1, 0], ['bo', 1, 0], ['cy', 1, 0]));
    assert.deepEqual([lost.difference, lost.byIdentity, lost.ci95ByIdentity?.[0]], [-1, 'wilson', -1]);
  });

  it('has no figure by identity where it is not known of every query whose it is', () => {
    const some = [...outcomes(['ana', 1, 0], ['bo', 1, 0]), { identity: null, a: true, b: false }];
    const { p, pByIdentity, ci95ByIdentity } = pairedDifference(some);
    assert.deepEqual([p, pByIdentity, ci95ByIdentity], [0.25, null, null]);
  });

  it('has one p-value by both ways where each identity has one query', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const single = randomOutcomes(seed, 40).map((one, n) => ({ ...one, identity: `${n}` }));
      const { p, pByIdentity } = pairedDifference(single);
      near(pByIdentity, p ?? Number.NaN, `seed ${seed}`);
    }
  });

  it('takes p-values as they are, times those that are left, never less than the one before', () => {
    assert.deepEqual(holm([0.01, 0.04, null, 0.03, 0.005]), [0.03, 0.06, null, 0.06, 0.02]);
    assert.deepEqual(holm([0.6, 0.5]), [1, 1]);
    assert.deepEqual(holm([]), []);
  });

  it('stays a number for a hundred thousand discordant queries', () => {
    assert.equal(mcnemarExact(50_000, 50_000), 1);
    assert.equal(mcnemarExact(0, 100_000), 0);
    const p = mcnemarExact(49_700, 50_300);
    assert.ok(p > 0.05 && p < 0.07, `${p}`);
  });
});

describe('Differences beside SciPy and NumPy (skipped where they are absent in the environment of peers)', () => {
  let folder: string;
  before(async function () {
    needsPeers.call(this, 'numpy', 'scipy');
    folder = await mkdtemp(join(tmpdir(), 'lookalike-'));
  });
  after(() => folder && rm(folder, { recursive: true }));

  it('have its binomial test’s p-value, that of all flips of signs, and percentiles of the same draws', async () => {
    const mcnemar: [number, number][] = [];
    for (let of = 0; of <= 40; of++) for (let onlyA = 0; onlyA <= of; onlyA++) mcnemar.push([onlyA, of - onlyA]);
    mcnemar.push([400, 500], [1000, 1100], [10, 700], [4800, 5000], [0, 900]);
    const flips = Array.from({ length: 40 }, (_, n) =>
      Array.from(randomVectors(1, 1 + (n % 11), n + 1).data, (value) => Math.round(4 * value)),
    );
    const sets = Array.from({ length: 20 }, (_, n) => randomOutcomes(n + 1, 5 + n));
    const people = sets.map((set) => {
      const names = [...new Set(set.map(({ identity }) => identity))];
      const own = names.map((name) => set.filter(({ identity }) => identity === name));
      return {
        difference: own.map((some) => some.reduce((sum, { a, b }) => sum + Number(b) - Number(a), 0)),
        of: own.map(({ length }) => length),
        draws: Array.from(identityDraws(names.length), (drawn) => [...drawn]),
      };
    });
    const file = join(folder, 'asked.json');
    await writeFile(file, JSON.stringify({ mcnemar, flips, intervals: people }));
    const peers = askPeer<{ mcnemar: number[]; flips: number[]; intervals: [number, number][] }>(SCRIPT, file);
    for (const [n, [onlyA, onlyB]] of mcnemar.entries()) {
      near(mcnemarExact(onlyA, onlyB), peers.mcnemar[n], `${onlyA} and ${onlyB}`);
    }
    for (const [n, differences] of flips.entries()) near(signFlip(differences), peers.flips[n], `${differences}`);
    for (const [n, set] of sets.entries()) {
      const { ci95ByIdentity, byIdentity } = pairedDifference(set);
      assert.deepEqual([ci95ByIdentity, byIdentity], [peers.intervals[n], 'bootstrap'], `set ${n}`);
    }
  });
});
