import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  counted,
  distance,
  duration,
  foundText,
  interval,
  megabytes,
  percent,
  roughly,
  speed,
} from '../../../server/src/protocol/figure-text.js';

describe('A figure in words', () => {
  it('is a share in per cent with one decimal, a dash where nothing was counted', () => {
    assert.deepEqual([0, 0.943, 0.94474, 1, null, undefined].map(percent), [
      '0.0 %',
      '94.3 %',
      '94.5 %',
      '100.0 %',
      '–',
      '–',
    ]);
    assert.equal(interval([0.92, 0.9613]), '92.0–96.1 %');
    assert.equal(interval(null), '–');
  });

  it('tells a share of nearly none or all from none and all', () => {
    assert.deepEqual([0.0002, 0.9997, 1 - 1 / 202_599, 1 / 202_599].map(percent), [
      '0.02 %',
      '99.97 %',
      '99.9995 %',
      '0.0005 %',
    ]);
    const counts = fc
      .integer({ min: 2, max: 1_000_000 })
      .chain((of) => fc.tuple(fc.integer({ min: 1, max: of - 1 }), fc.constant(of)));
    fc.assert(
      fc.property(counts, ([count, of]) => {
        const written = Number(percent(count / of).slice(0, -2));
        assert.ok(written > 0 && written < 100, percent(count / of));
        assert.ok(Math.abs(written - (100 * count) / of) <= 0.05 + 1e-9);
      }),
      { seed: 20 },
    );
  });

  it('tells what was found from the bound that it missed', () => {
    assert.equal(foundText('accuracy.m.top1 >= 85%', 0.84979), '84.98 %');
    assert.equal(foundText('accuracy.m.top1 >= 85%', 0.85), '85.0 %');
    assert.equal(foundText('accuracy.m.top1 >= 85 %', 0.9434), '94.3 %');
    assert.equal(foundText('images.total == 240', 241), '241');
    assert.equal(foundText('threshold.median <= 0.3', null), 'not measured');
  });

  it('is a duration in the two largest units that matter', () => {
    assert.deepEqual([0.042, 0.9996, 3.14, 59.99, 84, 3599.7, 7380].map(duration), [
      '42 ms',
      '1.0 s',
      '3.1 s',
      '1 min 0 s',
      '1 min 24 s',
      '1 h 0 min',
      '2 h 3 min',
    ]);
    assert.deepEqual([0.2, 89.4, 89.6, 5360, 12_600].map(roughly), ['1 s', '89 s', '1 min', '89 min', '3.5 h']);
  });

  it('is memory in units of 1024, a distance to three digits, a speed to two', () => {
    assert.deepEqual([0, 0.3, 820, 1010, 1023.7, 1536].map(megabytes), [
      '0 MB',
      'under 1 MB',
      '820 MB',
      '1010 MB',
      '1.0 GB',
      '1.5 GB',
    ]);
    assert.deepEqual([0.283_91, 12, 0].map(distance), ['0.284', '12', '0']);
    assert.deepEqual([0.352, 9.96, 128.4].map(speed), ['0.35/s', '10/s', '128/s']);
  });

  it('is a count with its noun in the right number', () => {
    assert.deepEqual(
      [0, 1, 2040].map((images) => counted(images, 'image')),
      ['0 images', '1 image', '2,040 images'],
    );
    assert.equal(counted(1, 'identity', 'identities'), '1 identity');
  });
});
