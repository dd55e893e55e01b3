import { type Attributes, float, type GraphBuilder } from '../../../../server/src/onnx/build.js';
import { assertGradientsAgree } from '../../../support/onnx/gradient-check.js';
import { SeededNumbers } from '../../../support/onnx/tensor.js';

const x = [2, 2, 5, 6];
const scales = (g: GraphBuilder, ...values: number[]) => g.constant(Float32Array.from(values), [4]);

/** Resizing is linear, so a large step is exact; ONNX Runtime resizes in float32 only. */
const LINEAR = { type: 'float32', step: 0.5 } as const;

describe('gradients of resizing, in float32', () => {
  const variants: Attributes[] = [
    { mode: 'linear' },
    { mode: 'linear', coordinate_transformation_mode: 'align_corners' },
    { mode: 'linear', coordinate_transformation_mode: 'asymmetric' },
    { mode: 'linear', coordinate_transformation_mode: 'pytorch_half_pixel' },
    { mode: 'linear', antialias: 1 },
    { mode: 'cubic' },
    { mode: 'cubic', cubic_coeff_a: float(-0.5) },
    { mode: 'cubic', antialias: 1, cubic_coeff_a: float(-0.5) },
    { mode: 'cubic', exclude_outside: 1, coordinate_transformation_mode: 'pytorch_half_pixel' },
    { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' },
  ];
  for (const attributes of variants) {
    const name = `Resize with ${JSON.stringify(attributes)}`;
    for (const [height, width] of [
      [8, 9],
      [3, 4],
      [7, 3],
    ]) {
      it(`${name} to ${height} × ${width}`, () =>
        assertGradientsAgree({
          ...LINEAR,
          inputs: { x },
          formula: (g, i) => g.op('Resize', [i.x, '', '', g.ints(2, 2, height, width)], attributes),
        }));
    }

    it(`${name} by 1.7 and 0.6`, () =>
      assertGradientsAgree({
        ...LINEAR,
        inputs: { x },
        formula: (g, i) => g.op('Resize', [i.x, '', scales(g, 1, 1, 1.7, 0.6)], attributes),
      }));
  }
});

describe('gradients of sampling along a grid', () => {
  const numbers = new SeededNumbers(7);
  const [height, width] = [4, 5];

  /** Positions that no step takes to another pixel, some outside the image, as coordinates from −1 to 1. */
  const gridOf = (alignCorners: number) => {
    const coordinate = (size: number) => {
      const pixel = numbers.integer(-2, size) + numbers.between(0.2, 0.8);
      return alignCorners ? (2 * pixel) / (size - 1) - 1 : (2 * pixel + 1) / size - 1;
    };
    const pairs = Array.from({ length: 2 * 3 * 4 }, () => [coordinate(width), coordinate(height)]);
    return { data: Float64Array.from(pairs.flat()), shape: [2, 3, 4, 2] };
  };

  for (const padding_mode of ['zeros', 'border']) {
    for (const align_corners of [0, 1]) {
      it(`GridSample with a border of ${padding_mode}, align_corners ${align_corners}, in float32`, () =>
        assertGradientsAgree({
          inputs: { x: [2, 3, height, width], grid: gridOf(align_corners) },
          type: 'float32',
          step: 2e-2,
          formula: (g, i) => g.op('GridSample', [i.x, i.grid], { mode: 'linear', padding_mode, align_corners }),
        }));
    }
  }
});
