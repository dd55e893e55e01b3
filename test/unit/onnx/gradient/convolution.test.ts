import type { Attributes } from '../../../../server/src/onnx/build.js';
import { assertGradientsAgree } from '../../../support/onnx/gradient-check.js';

/** ONNX Runtime convolves in float32 only. A difference of something linear is exact at any step, so it may be large. */
const LINEAR = { type: 'float32', step: 0.5 } as const;

interface Case {
  readonly x: readonly number[];
  readonly w: readonly number[];
  readonly attributes?: Attributes;
  readonly bias?: number;
}

const convolutions: Readonly<Record<string, Case>> = {
  'with a kernel of one': { x: [2, 3, 4, 5], w: [2, 3, 1, 1] },
  'with a bias': { x: [2, 2, 5, 4], w: [3, 2, 3, 3], bias: 3 },
  padded: { x: [1, 2, 5, 5], w: [3, 2, 3, 3], attributes: { pads: [1, 1, 1, 1] } },
  'padded unevenly': { x: [1, 2, 4, 5], w: [3, 2, 3, 2], attributes: { pads: [0, 1, 2, 0] } },
  'padded by more than the kernel reaches': { x: [1, 2, 4, 4], w: [2, 2, 2, 2], attributes: { pads: [3, 2, 1, 3] } },
  'with stride 2': { x: [2, 2, 7, 7], w: [3, 2, 3, 3], attributes: { strides: [2, 2] } },
  'with stride 2 that leaves a row over': { x: [2, 2, 8, 6], w: [2, 2, 3, 3], attributes: { strides: [2, 2] } },
  'with stride 2, padded, that leaves a row over': {
    x: [1, 2, 8, 7],
    w: [2, 2, 3, 3],
    attributes: { strides: [2, 2], pads: [1, 1, 1, 1] },
  },
  'with strides 3 and 1': { x: [1, 2, 9, 5], w: [2, 2, 2, 3], attributes: { strides: [3, 1], pads: [1, 0, 0, 2] } },
  'with a stride beyond its kernel': { x: [1, 2, 8, 8], w: [2, 2, 1, 1], attributes: { strides: [3, 2] } },
  dilated: { x: [1, 2, 7, 7], w: [2, 2, 3, 3], attributes: { dilations: [2, 1], pads: [2, 1, 2, 1] } },
  'dilated with stride 2': { x: [1, 2, 9, 8], w: [2, 2, 3, 2], attributes: { dilations: [2, 3], strides: [2, 2] } },
  'in two groups': { x: [2, 4, 5, 5], w: [6, 2, 3, 3], attributes: { group: 2, pads: [1, 1, 1, 1] } },
  'in two groups with stride 2': { x: [1, 4, 6, 6], w: [4, 2, 3, 3], attributes: { group: 2, strides: [2, 2] } },
  depthwise: { x: [2, 3, 5, 5], w: [3, 1, 3, 3], attributes: { group: 3, pads: [1, 1, 1, 1] } },
  'depthwise with stride 2 and two filters a channel': {
    x: [1, 3, 6, 6],
    w: [6, 1, 3, 3],
    attributes: { group: 3, strides: [2, 2], pads: [0, 0, 1, 1] },
  },
  'of one axis': { x: [2, 3, 8], w: [2, 3, 3], attributes: { strides: [2], pads: [1, 1] } },
  'of three axes': { x: [1, 2, 4, 4, 3], w: [2, 2, 2, 3, 2], attributes: { pads: [0, 1, 0, 0, 1, 1] } },
  'with auto_pad VALID': { x: [1, 2, 6, 5], w: [2, 2, 3, 2], attributes: { auto_pad: 'VALID', strides: [2, 1] } },
  'with auto_pad SAME_UPPER': { x: [1, 2, 5, 6], w: [2, 2, 2, 3], attributes: { auto_pad: 'SAME_UPPER' } },
  'with auto_pad SAME_LOWER': { x: [1, 2, 5, 6], w: [2, 2, 2, 3], attributes: { auto_pad: 'SAME_LOWER' } },
  'with auto_pad SAME_UPPER and stride 2': {
    x: [1, 2, 6, 7],
    w: [2, 2, 3, 2],
    attributes: { auto_pad: 'SAME_UPPER', strides: [2, 2] },
  },
  'with auto_pad SAME_LOWER and stride 3': {
    x: [1, 2, 8, 7],
    w: [2, 2, 5, 2],
    attributes: { auto_pad: 'SAME_LOWER', strides: [3, 3] },
  },
};

const transposed: Readonly<Record<string, Case>> = {
  'of stride 1 with a bias': { x: [2, 3, 4, 4], w: [3, 2, 3, 3], bias: 2 },
  'of stride 2': { x: [1, 2, 3, 4], w: [2, 3, 3, 3], attributes: { strides: [2, 2], pads: [1, 1, 1, 1] } },
  'of stride 2 with more at the end': {
    x: [1, 2, 3, 3],
    w: [2, 2, 3, 3],
    attributes: { strides: [2, 2], pads: [1, 0, 0, 1], output_padding: [1, 1] },
  },
  'dilated in two groups': {
    x: [2, 4, 3, 3],
    w: [4, 2, 2, 2],
    attributes: { group: 2, dilations: [2, 2], strides: [2, 1] },
  },
  'with an output_shape': { x: [1, 2, 3, 3], w: [2, 2, 3, 3], attributes: { strides: [2, 2], output_shape: [6, 6] } },
  'with auto_pad SAME_UPPER': {
    x: [1, 2, 3, 3],
    w: [2, 2, 3, 3],
    attributes: { strides: [2, 2], auto_pad: 'SAME_UPPER' },
  },
  'with auto_pad SAME_LOWER': {
    x: [1, 2, 3, 3],
    w: [2, 2, 3, 3],
    attributes: { strides: [2, 2], auto_pad: 'SAME_LOWER' },
  },
};

function itAgrees(operator: string, name: string, { x, w, attributes, bias }: Case): void {
  const inputs = { x, w, ...(bias && { b: [bias] }) };
  const kernel_shape = w.slice(2);
  it(`${operator} ${name}`, () =>
    assertGradientsAgree({
      ...LINEAR,
      inputs,
      formula: (g, i) => g.op(operator, Object.values(i), { kernel_shape, ...attributes }),
    }));
}

describe('gradients of convolutions, in float32', () => {
  for (const [name, check] of Object.entries(convolutions)) itAgrees('Conv', name, check);
  for (const [name, check] of Object.entries(transposed)) itAgrees('ConvTranspose', name, check);

  it('Conv whose weights are constants that say the kernel’s size', () =>
    assertGradientsAgree({
      ...LINEAR,
      inputs: { x: [2, 2, 5, 5] },
      formula: (g, { x }) => {
        const weights = Float32Array.from({ length: 3 * 2 * 9 }, (_, i) => Math.sin(i));
        return g.op('Conv', [x, g.constant(weights, [3, 2, 3, 3])], { strides: [2, 2] });
      },
    }));
});
