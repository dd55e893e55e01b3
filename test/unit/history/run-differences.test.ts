import assert from 'node:assert/strict';
import { runDifferences } from '../../../server/src/history/run-differences.js';
import { pairedDifference } from '../../../server/src/runner/figures/differences.js';
import type { QueryRecord } from '../../../server/src/store/run-folder/query-record.js';
import { exampleResults } from '../../support/example-results.js';
import { randomVectors } from '../../support/random-vectors.js';

const results = exampleResults();

/** Queries 0 to 39 of ten people, without some; the third number of each decides whether it is right. */
function records(seed: number, without: number): QueryRecord[] {
  const { data } = randomVectors(40, 2, seed);
  return Array.from({ length: 40 }, (_, n): QueryRecord => {
    const [x, y] = data.subarray(2 * n, 2 * n + 2);
    const found = { row: n, hits: { 1: x > 0, 5: x > -0.5 }, valid: Math.max(0, Math.round(4 * (x + 1))) };
    const hidden = { row: n, hits: { 1: y > 0 }, valid: y > 0.3 ? 2 : 0 };
    const models = {
      'clip-vit-l-14': { original: found, fawkes: hidden },
      'face-recognition': { original: found, fawkes: hidden },
    };
    return { id: `${n}`, identity: `${n % 10}`, models };
  }).filter((_, n) => n % without !== 0);
}

describe('Runs beside the first', () => {
  const runs = [records(1, 7), records(2, 11), records(3, 40)].map((queries) => ({ results, queries }));

  for (const [path, right] of [
    [['accuracy', 'clip-vit-l-14', 'top1'], ({ models }) => models['clip-vit-l-14'].original.hits?.['1'] ?? null],
    [
      ['accuracy', 'clip-vit-l-14', 'top', '5', 'rate'],
      ({ models }) => models['clip-vit-l-14'].original.hits?.['5'] ?? null,
    ],
    [['poison', 'fawkes', 'top1'], ({ models }) => models['face-recognition'].fawkes.hits?.['1'] ?? null],
    [
      ['robustness', 'withValid', 'fawkes'],
      ({ models: { 'clip-vit-l-14': versions } }) =>
        (versions.original.valid ?? 0) >= 3 ? (versions.fawkes.valid ?? 0) > 0 : null,
    ],
  ] as [string[], (query: QueryRecord) => boolean | null][]) {
    it(`are compared by ${path.join('.')}, on the queries that both have`, () => {
      const found = runDifferences(path, runs) ?? assert.fail();
      assert.equal(found.length, 2);
      for (const [n, { queries }] of runs.slice(1).entries()) {
        const pairs = runs[0].queries.flatMap((query) => {
          const other = queries.find(({ id }) => id === query.id);
          const [a, b] = [right(query), other ? right(other) : null];
          return a === null || b === null ? [] : { identity: query.identity, a, b };
        });
        const { pByIdentity, ...plain } = pairedDifference(pairs);
        const { pHolm, pByIdentity: adjusted, pByIdentityAlone, ...own } = found[n];
        assert.deepEqual(own, plain);
        assert.equal(pByIdentityAlone, pByIdentity);
        assert.ok((adjusted ?? 0) >= (pByIdentity ?? 1) && (pHolm ?? 0) >= (plain.p ?? 1));
        assert.ok(plain.n > 3 && plain.discordant > 0);
      }
    });
  }

  it('are not by a figure that is no share of queries', () => {
    for (const path of [
      ['poison', 'fawkes', 'meanDssim'],
      ['images', 'total'],
      ['robustness', 'control'],
    ]) {
      assert.equal(runDifferences(path, runs), undefined, path.join('.'));
    }
  });
});
