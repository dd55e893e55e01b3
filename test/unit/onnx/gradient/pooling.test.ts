import type { Attributes } from '../../../../server/src/onnx/build.js';
import { assertGradientsAgree } from '../../../support/onnx/gradient-check.js';
import { SeededNumbers } from '../../../support/onnx/tensor.js';

describe('gradients of pooling', () => {
  const windows: Readonly<Record<string, Attributes>> = {
    'of windows side by side': { kernel_shape: [2, 2], strides: [2, 2] },
    'of windows side by side, three in a row': { kernel_shape: [1, 3], strides: [1, 3], pads: [0, 0, 0, 0] },
    'of windows that overlap': { kernel_shape: [3, 3], strides: [2, 2] },
    'of windows that overlap at stride 1': { kernel_shape: [3, 2], strides: [1, 1] },
    'with padding': { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] },
    'rounded up': { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 },
    dilated: { kernel_shape: [2, 2], strides: [1, 2], dilations: [2, 2] },
    'with auto_pad SAME_UPPER': { kernel_shape: [3, 3], strides: [2, 2], auto_pad: 'SAME_UPPER' },
  };
  for (const [name, attributes] of Object.entries(windows)) {
    it(`MaxPool ${name}`, () =>
      assertGradientsAgree({ inputs: { x: [2, 2, 6, 7] }, formula: (g, { x }) => g.op('MaxPool', [x], attributes) }));

    // Without a dilation the mean is taken of the same windows; it is linear, so a large step is exact.
    if ('dilations' in attributes) continue;
    for (const count_include_pad of [0, 1]) {
      it(`AveragePool ${name}, count_include_pad ${count_include_pad}, in float32`, () =>
        assertGradientsAgree({
          inputs: { x: [2, 2, 6, 7] },
          type: 'float32',
          step: 0.5,
          formula: (g, { x }) => g.op('AveragePool', [x], { ...attributes, count_include_pad }),
        }));
    }
  }

  it('MaxPool of one axis', () =>
    assertGradientsAgree({
      inputs: { x: [2, 3, 9] },
      formula: (g, { x }) => g.op('MaxPool', [x], { kernel_shape: [3], strides: [2] }),
    }));

  it('AveragePool of one axis, dilated, in float32', () =>
    assertGradientsAgree({
      inputs: { x: [2, 3, 9] },
      type: 'float32',
      step: 0.5,
      formula: (g, { x }) => g.op('AveragePool', [x], { kernel_shape: [2], dilations: [3], strides: [2] }),
    }));

  it('MaxPool whose indices the model uses too', () =>
    assertGradientsAgree({
      inputs: { x: new SeededNumbers(3).tensor([1, 2, 4, 4]) },
      formula: (g, { x }) => {
        const [y, indices] = g.ops('MaxPool', [x], { kernel_shape: [2, 2] }, 2);
        return g.op('Mul', [y, g.op('Cast', [indices], { to: 11 })]);
      },
    }));

  for (const shape of [
    [2, 3, 4, 5],
    [2, 3, 4],
  ]) {
    it(`GlobalAveragePool of [${shape}], in float32`, () =>
      assertGradientsAgree({
        inputs: { x: shape },
        type: 'float32',
        step: 0.5,
        formula: (g, { x }) => g.op('GlobalAveragePool', [x]),
      }));
  }
});
