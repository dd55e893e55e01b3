import assert from 'node:assert/strict';
import { type Planes, planesOf, resizePlanes } from '../../../server/src/compute/images/planes.js';

const row = (...data: number[]): Planes => ({
  data: Float32Array.from(data),
  channels: 1,
  width: data.length,
  height: 1,
});

describe('Planes of numbers', () => {
  it('are cut out of an image, a colour each', () => {
    const image = { width: 2, height: 2, data: Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]) };
    const { data } = planesOf(image, { left: 1, top: 0, width: 1, height: 2 });
    assert.deepEqual([...data], [4, 10, 5, 11, 6, 12]);
  });

  it('are interpolated between the middles of their pixels where they grow', () => {
    assert.deepEqual([...resizePlanes(row(0, 4), 4, 1).data], [0, 1, 3, 4]);
  });

  it('are averaged where they shrink, and keep a constant and, within, a slope', () => {
    assert.deepEqual([...resizePlanes(row(3, 3, 3, 3, 3, 3), 2, 1).data], [3, 3]);
    const slope = resizePlanes(row(...Array.from({ length: 16 }, (_, n) => n)), 4, 1).data;
    assert.ok(Math.abs(slope[2] - slope[1] - 4) < 1e-6);
  });

  it('resize along both axes, each plane by itself', () => {
    const two = { data: Float32Array.from([1, 1, 1, 1, 5, 5, 5, 5]), channels: 2, width: 2, height: 2 };
    assert.deepEqual([...resizePlanes(two, 3, 3).data], [...new Array(9).fill(1), ...new Array(9).fill(5)]);
  });
});
