import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { percentile, percentilesOfMany } from '../../../server/src/statistics/percentile.js';
import { randomVectors } from '../../support/random-vectors.js';

/** Reads lists and percentiles on standard input and prints what numpy makes of them. */
const NUMPY = `
import json, sys, numpy
print(json.dumps([numpy.percentile(v, p) for v, p in json.load(sys.stdin)]))
`;

describe('A percentile', () => {
  it('lies between the two nearest ranks, in proportion', () => {
    assert.equal(percentile([4, 1, 3, 2], 50), 2.5);
    assert.equal(percentile([10, 20, 30, 40, 50], 95), 48);
  });

  it('is the value where there is one, and the ends at 0 and 100', () => {
    assert.equal(percentile([7], 95), 7);
    assert.equal(percentile([3, 1, 2], 0), 1);
    assert.equal(percentile([3, 1, 2], 100), 3);
  });

  it('is the same where not all values are sorted, whatever they are: alike, far apart, infinite, none', () => {
    const value = fc.oneof(
      { weight: 4, arbitrary: fc.double({ noNaN: true, min: 0, max: 4 }) },
      { weight: 2, arbitrary: fc.constantFrom(0.25, 0.5, 1) },
      { weight: 1, arbitrary: fc.double({ noNaN: true }) },
    );
    const p = fc.oneof(
      fc.integer({ min: 0, max: 200 }).map((half) => half / 2),
      fc.double({ noNaN: true, min: 0, max: 100 }),
    );
    fc.assert(
      fc.property(
        fc.float64Array({ noNaN: true, maxLength: 60 }),
        fc.array(value, { maxLength: 300 }),
        p,
        (any, usual, p) => {
          for (const values of [any, Float64Array.from(usual)]) {
            assert.deepEqual(percentilesOfMany(values, [p, 50]), [percentile(values, p), percentile(values, 50)]);
          }
        },
      ),
      { numRuns: 500, seed: 16 },
    );
  });

  it('is that of numpy to the last bit, on 300 random lists (skipped without python3 and numpy)', function () {
    const cases = Array.from({ length: 300 }, (_, n) => {
      const values = [...randomVectors(1, 1 + (n % 40), n).data];
      return [values, [95, 50, 90, 99.5, 12.34][n % 5]] as const;
    });
    const numpy = spawnSync('python3', ['-c', NUMPY], { input: JSON.stringify(cases), encoding: 'utf8' });
    if (numpy.status !== 0) this.skip();
    assert.deepEqual(
      cases.map(([values, p]) => percentile(values, p)),
      JSON.parse(numpy.stdout),
    );
  });
});
