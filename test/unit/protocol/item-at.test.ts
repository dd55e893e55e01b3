import assert from 'node:assert/strict';
import { itemAt, itemsAt } from '../../../server/src/protocol/item-at.js';

describe('An item that is known to be there', () => {
  it('is what stands there, be it 0, null or a text without characters', () => {
    const items = [0, null, '', false, Number.NaN];
    assert.deepEqual(itemsAt(items, [4, 0, 1, 2, 3, 0]), [Number.NaN, 0, null, '', false, 0]);
    assert.equal(itemAt(Float32Array.of(1, 0.5), 1), 0.5);
  });

  it('is a bug where it is not there, which says what was asked for', () => {
    for (const place of [-1, 3, 0.5, Number.NaN]) {
      assert.throws(() => itemAt(['a', 'b', 'c'], place), RangeError);
      assert.throws(() => itemsAt(Int32Array.of(1, 2, 3), [0, place]), new RegExp(`no item ${place} among 3`));
    }
  });
});
