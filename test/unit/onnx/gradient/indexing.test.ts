import { assertGradientsAgree } from '../../../support/onnx/gradient-check.js';

const x = [3, 4, 5];

describe('gradients of operators that choose elements', () => {
  for (const [name, inputs] of Object.entries({
    'along one axis': [[1], [3], [1]],
    'along the first axes': [
      [1, 0],
      [3, 2],
    ],
    'from the end': [[-3], [-1], [-1]],
    'beyond the end': [
      [2, -100],
      [100, 3],
      [0, 2],
    ],
    'with steps of one': [[1], [4], [2], [1]],
    'with larger steps': [
      [0, 1],
      [3, 5],
      [0, 2],
      [2, 3],
    ],
    backwards: [[-1], [-100], [2], [-2]],
    'turned round': [
      [-1, -1],
      [-(2 ** 63), -(2 ** 40)],
      [2, 0],
      [-1, -1],
    ],
    'turned round in part': [[-2], [-(2 ** 63)], [1], [-1]],
  })) {
    it(`Slice ${name}`, () =>
      assertGradientsAgree({
        inputs: { x },
        formula: (g, i) => g.op('Slice', [i.x, ...inputs.map((values) => g.ints(...values))]),
      }));
  }

  it('Slice whose bounds are int32', () =>
    assertGradientsAgree({
      inputs: { x },
      formula: (g, i) => {
        const int32 = (value: number) => g.constant(Int32Array.of(value), [1]);
        return g.op('Slice', [i.x, int32(-2), int32(9), int32(1)]);
      },
    }));

  for (const axis of [0, 1, 2, -1, -2]) {
    it(`Gather of one index along axis ${axis}`, () =>
      assertGradientsAgree({
        inputs: { x },
        formula: (g, i) => g.op('Gather', [i.x, g.constant(BigInt64Array.of(1n), [])], { axis }),
      }));

    it(`Gather of a matrix of indices, some twice and some from the end, along axis ${axis}`, () =>
      assertGradientsAgree({
        inputs: { x },
        formula: (g, i) => g.op('Gather', [i.x, g.constant(BigInt64Array.of(0n, 2n, 2n, -1n), [2, 2])], { axis }),
      }));
  }

  it('Gather by int32 indices', () =>
    assertGradientsAgree({
      inputs: { x },
      formula: (g, i) => g.op('Gather', [i.x, g.constant(Int32Array.of(1, 1, 0), [3])], { axis: 1 }),
    }));
});
