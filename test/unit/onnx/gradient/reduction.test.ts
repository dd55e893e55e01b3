import { assertGradientsAgree } from '../../../support/onnx/gradient-check.js';

describe('gradients of reductions', () => {
  for (const operator of ['ReduceSum', 'ReduceMean', 'ReduceSumSquare', 'ReduceL2']) {
    // Of these ONNX Runtime has no double kernel.
    const type = operator === 'ReduceL2' ? 'float32' : 'float64';
    for (const keepdims of [0, 1]) {
      for (const axes of [[1], [-1], [0, 2], [2, -2]]) {
        it(`${operator} over the axes ${axes}, keepdims ${keepdims}`, () =>
          assertGradientsAgree({
            inputs: { x: [2, 3, 4] },
            type,
            formula: (g, { x }) => g.op(operator, [x, g.ints(...axes)], { keepdims }),
          }));
      }
      it(`${operator} over all axes, keepdims ${keepdims}`, () =>
        assertGradientsAgree({
          inputs: { x: [2, 3] },
          type,
          formula: (g, { x }) => g.op(operator, [x], { keepdims }),
        }));
    }
    it(`${operator} over no axis, where that is asked for`, () =>
      assertGradientsAgree({
        inputs: { x: [2, 3] },
        type,
        formula: (g, { x }) => {
          const y = g.op(operator, [x], { noop_with_empty_axes: 1, keepdims: 0 });
          return g.op('Mul', [y, x]);
        },
      }));
  }
});
