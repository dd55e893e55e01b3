import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { writeColourExperiment } from '../../support/colours.js';
import { lookalike, runToResults } from '../../support/command-line.js';
import { newWorkspace } from '../../support/workspace.js';

type People = Readonly<Record<string, readonly number[]>>;

/** By how red they are. */
const PEOPLE: People = { ana: [10, 12, 14], bo: [15, 52, 54], cy: [100, 101], di: [104, 140], ed: [200, 201] };

/** Twelve people with one to four photographs, no two of which are alike. */
function randomPeople(seed: number): People {
  const generator = xoroshiro128plus(seed);
  const reds = Array.from({ length: 250 }, (_, n) => n + 1);
  return Object.fromEntries(
    Array.from({ length: 12 }, (_, person) => {
      const own = Array.from({ length: uniformInt(generator, 1, 4) }, () => {
        return reds.splice(uniformInt(generator, 0, reds.length - 1), 1)[0] as number;
      });
      return [`p${person}`, own];
    }),
  );
}

/** Squared distances of two photographs, of one person or of two. */
function distancesIn(people: People, kind: 'genuine' | 'impostor'): number[] {
  const all = Object.entries(people).flatMap(([name, reds]) => reds.map((red) => ({ name, red })));
  return all.flatMap((a, n) =>
    all.slice(n + 1).flatMap((b) => ((a.name === b.name) === (kind === 'genuine') ? (a.red - b.red) ** 2 : [])),
  );
}

/** The largest of all distances at which no larger share of the impostor ones match, by trying each. */
function thresholdByTrying(people: People, fmr: number): { value: number; actualFmr: number; pairs: number } {
  const impostor = distancesIn(people, 'impostor');
  const shareAt = (limit: number) => impostor.filter((distance) => distance <= limit).length / impostor.length;
  const value = Math.max(
    ...[...impostor, ...distancesIn(people, 'genuine')].filter((candidate) => shareAt(candidate) <= fmr),
  );
  return { value, actualFmr: shareAt(value), pairs: impostor.length };
}

/** Of a person's photograph the share of all others' within a limit. */
function strangersWithin(people: People, name: string, red: number, limit: number): number {
  const others = Object.entries(people).flatMap(([other, reds]) => (other === name ? [] : reds));
  return others.filter((other) => (other - red) ** 2 <= limit).length / others.length;
}

describe('A run with a threshold', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await newWorkspace();
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const experiment = (people: People, lines: string) => writeColourExperiment(folder, people, lines);

  interface Query {
    readonly id: string;
    readonly identity: string;
    readonly threshold: number | null;
    readonly strangers: number | null;
  }

  async function queriesOf(run: string): Promise<Query[]> {
    const text = await readFile(join(run, 'queries.jsonl'), 'utf8');
    return text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  }

  for (const [fmr, seed] of [
    [0.1, 1],
    [0.02, 2],
    [0.05, 3],
  ] as const) {
    it(`at a false match rate of ${fmr} takes the largest distance of people whom no query shows`, async () => {
      const people = randomPeople(seed);
      const file = await experiment(people, `queries: {sample: 4, seed: ${seed}}\nthreshold: {fmr: ${fmr}}`);
      const { threshold } = await runToResults(file, ['--out', join(folder, 'run')]);
      const queries = await queriesOf(join(folder, 'run'));
      const queried = new Set(queries.map(({ identity }) => identity));
      const spared = Object.fromEntries(Object.entries(people).filter(([name]) => !queried.has(name)));
      const { value, actualFmr, pairs } = thresholdByTrying(spared, fmr);
      assert.ok(threshold);
      assert.deepEqual(
        [threshold.percentile, threshold.fmr, threshold.value, threshold.actualFmr, threshold.impostorPairs],
        [null, fmr, value, actualFmr, pairs],
      );
      assert.deepEqual(threshold.calibration, { identities: Object.keys(spared).length, setAside: 0 });
      for (const { id, identity, ...query } of queries) {
        const red = Number.parseInt(id.slice(identity.length + 1), 10);
        assert.deepEqual(query.threshold, value);
        assert.equal(query.strangers, strangersWithin(people, identity, red, value));
      }
      const shares = queries.map(({ strangers }) => strangers as number);
      const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
      assert.deepEqual(threshold.strangers, { queries: 4, mean, worst: Math.max(...shares) });
    });
  }

  it('sets half of the people aside by seed where everybody is queried, and says so', async () => {
    const people = randomPeople(4);
    const file = await experiment(people, 'threshold: {fmr: 0.1}');
    const { threshold, warnings = [] } = await runToResults(file, ['--out', join(folder, 'run')]);
    const queries = await queriesOf(join(folder, 'run'));
    const drawn = new Set(queries.flatMap(({ identity, threshold: own }) => (own === null ? identity : [])));
    const setting = Object.fromEntries(Object.entries(people).filter(([name]) => drawn.has(name)));
    const { value, pairs } = thresholdByTrying(setting, 0.1);
    assert.deepEqual([drawn.size, threshold?.value, threshold?.impostorPairs], [6, value, pairs]);
    const setAside = Object.values(setting).flat().length;
    assert.deepEqual(threshold?.calibration, { identities: 6, setAside });
    assert.equal(threshold?.queries, Object.values(people).flat().length - setAside);
    assert.ok(warnings.some(({ code }) => code === 'queries-set-aside'));
    const other = await runToResults(file, ['--set', 'queries.seed=2']);
    assert.notDeepEqual(other.threshold?.value, value);
  });

  it('of a distance has that one for all, in the unit that is asked for', async () => {
    const file = await experiment(PEOPLE, 'threshold: {distance: 4, unit: l2}');
    const { threshold } = await runToResults(file);
    assert.deepEqual(
      [threshold?.percentile, threshold?.value, threshold?.median, threshold?.queries, threshold?.excluded],
      [null, 4, 4, 12, 0],
    );
    // Bo's 15 is within 4 of Ana's 12 and 14, Di's 104 of Cy's 100 and 101.
    const shares = [0, 1, 1, 2, 0, 0, 1, 1, 2, 0, 0, 0].map((n, at) => n / (at < 6 ? 9 : 10));
    const mean = shares.reduce((sum, share) => sum + share, 0) / 12;
    assert.ok(Math.abs((threshold?.strangers?.mean ?? 0) - mean) < 1e-15);
    assert.deepEqual([threshold?.strangers?.queries, threshold?.strangers?.worst], [12, 2 / 9]);
  });

  it('of a percentile says how many strangers each query lets in', async () => {
    const file = await experiment(PEOPLE, 'threshold: {percentile: 100}');
    const { threshold } = await runToResults(file, ['--out', join(folder, 'run')]);
    const queries = await queriesOf(join(folder, 'run'));
    for (const { id, identity, threshold: own, strangers } of queries) {
      const red = Number.parseInt(id.slice(identity.length + 1), 10);
      assert.equal(strangers, strangersWithin(PEOPLE, identity, red, own as number));
    }
    // Ana's three are nearer to Bo's 15 than Bo's 54 is.
    assert.deepEqual([threshold?.strangers?.queries, threshold?.strangers?.worst], [12, 3 / 9]);
  });

  it('can be expected to let few strangers in', async () => {
    const expected = 'expect: [threshold.strangers.mean <= 50%, threshold.strangers.worst <= 1%]';
    const file = await experiment(PEOPLE, `threshold: {percentile: 100}\n${expected}`);
    const { code, stderr } = await lookalike(['run', file, '--progress', 'none']);
    assert.equal(code, 1);
    assert.match(stderr, /expectation-failed 1 of 2 expectations not met/);
  });

  it('at a false match rate that the pairs do not measure ends with the smallest that they do', async () => {
    const file = await experiment(PEOPLE, 'queries: {sample: 1}\nthreshold: {fmr: 0.001}');
    const { code, stderr } = await lookalike(['run', file, '--progress', 'none']);
    assert.equal(code, 1);
    assert.match(stderr, /fmr-too-small The \d+ impostor pairs measure no false match rate below 0\.0\d+/);
  });

  it('at a false match rate of which nobody is there to measure it ends with a reason', async () => {
    const file = await experiment({ ana: [1, 2] }, 'threshold: {fmr: 0.5}');
    const { code, stderr } = await lookalike(['run', file, '--progress', 'none']);
    assert.equal(code, 1);
    assert.match(stderr, /fmr-too-small There is no impostor pair/);
  });
});
