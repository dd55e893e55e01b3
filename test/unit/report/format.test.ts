import assert from 'node:assert/strict';
import { duration, fileNamePrefix, interval, percent } from '../../../client/webview/format.js';

/** Non-breaking spaces as ordinary ones, for reading. */
function plain(text: string): string {
  return text.replaceAll('\u00a0', ' ');
}

describe('figures in words', () => {
  it('writes shares in percent and a dash where nothing was counted', () => {
    assert.equal(plain(percent(0.94474)), '94.47 %');
    assert.equal(percent(null), '–');
    assert.equal(plain(interval([0.9339, 0.9539])), '93.39–95.39 %');
    assert.equal(interval(null), '–');
  });

  it('writes durations in the units that matter', () => {
    assert.deepEqual([0.042, 0.9996, 3.14, 59.99, 84, 3599.7, 7380].map(duration).map(plain), [
      '42 ms',
      '1.0 s',
      '3.1 s',
      '1 min 0 s',
      '1 min 24 s',
      '1 h 0 min',
      '2 h 3 min',
    ]);
  });

  it('names files after the run in any script, without what a file system refuses', () => {
    assert.equal(fileNamePrefix('../Größe: 王/試験?', 'run-1'), 'Größe-王-試験-run-1');
    assert.equal(fileNamePrefix('???', '!'), 'run');
  });
});
