import assert from 'node:assert/strict';
import { wrapped } from '../../../client/webview/charts/wrapped-label.js';

describe('labels of charts', () => {
  it('break behind what joins words, and within a word that is longer than a line', () => {
    assert.deepEqual(wrapped('fawkes-high (white-box)', 12), ['fawkes-high', '(white-box)']);
    assert.deepEqual(wrapped('clip', 12), ['clip']);
    assert.deepEqual(wrapped('abcdefghij', 4), ['abcd', 'efgh', 'ij']);
  });

  it('lose no letter and fit their lines, whatever the label is', () => {
    const letters = ['a', '-', ' ', '/', '王', '😀', '.'];
    for (let n = 0; n < 500; n++) {
      const label = Array.from({ length: 1 + (n % 37) }, (_, k) => letters[(n * 31 + k * k * 7) % letters.length]).join(
        '',
      );
      const most = 1 + (n % 13);
      const lines = wrapped(label, most);
      assert.ok(
        lines.every((line) => [...line].length <= most),
        JSON.stringify({ label, most, lines }),
      );
      assert.equal(lines.join('').replace(/\s/g, ''), label.replace(/\s/g, ''));
    }
  });
});
