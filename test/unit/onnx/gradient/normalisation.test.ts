import { float, type GraphBuilder } from '../../../../server/src/onnx/build.js';
import { assertGradientsAgree } from '../../../support/onnx/gradient-check.js';
import { SeededNumbers } from '../../../support/onnx/tensor.js';

const numbers = new SeededNumbers(5);
const positive = numbers.tensor([3], () => numbers.between(0.3, 2));

describe('gradients of normalisations', () => {
  for (const axis of [-1, 0, 1, 2]) {
    for (const operator of ['Softmax', 'LogSoftmax']) {
      it(`${operator} along axis ${axis}`, () =>
        assertGradientsAgree({ inputs: { x: [2, 3, 4] }, formula: (g, { x }) => g.op(operator, [x], { axis }) }));
    }
  }

  for (const axis of [-1, -2, 1, 2]) {
    const normalised = axis === -1 || axis === 2 ? [4] : [3, 4];
    it(`LayerNormalization from axis ${axis}, with scale and bias`, () =>
      assertGradientsAgree({
        inputs: { x: [2, 3, 4], scale: normalised, bias: normalised },
        formula: (g, { x, scale, bias }) =>
          g.op('LayerNormalization', [x, scale, bias], { axis, epsilon: float(1e-3) }),
      }));
  }

  it('LayerNormalization without bias', () =>
    assertGradientsAgree({
      inputs: { x: [2, 5], scale: [5] },
      formula: (g, { x, scale }) => g.op('LayerNormalization', [x, scale]),
    }));

  for (const shape of [
    [2, 3, 4, 2],
    [2, 3, 4],
    [4, 3],
  ]) {
    it(`BatchNormalization of [${shape}], with all its parameters`, () =>
      assertGradientsAgree({
        inputs: { x: shape, scale: [3], bias: [3], mean: [3], variance: positive },
        formula: (g: GraphBuilder, { x, scale, bias, mean, variance }) =>
          g.op('BatchNormalization', [x, scale, bias, mean, variance], { epsilon: float(1e-2) }),
      }));
  }
});
