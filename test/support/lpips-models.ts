import { GraphBuilder } from '../../server/src/onnx/build.js';

/** In the form of LPIPS, the mean squared difference of values in [−1, 1]; `after` is applied to the difference. */
export function squaredDifference(after = 'Identity'): Uint8Array {
  const g = new GraphBuilder('lpips');
  const [x, y] = ['in0', 'in1'].map((name) => g.input(name, 'float32', ['batch', 3, 'height', 'width']));
  const difference = g.op(after, [g.op('Sub', [x as string, y as string])]);
  const mean = g.op('ReduceMean', [g.op('Mul', [difference, difference]), g.ints(1, 2, 3)]);
  g.output(mean, 'float32', ['batch', 1, 1, 1], 'distance');
  return g.toBytes();
}

/** A network of two channels and 3 × 3 pixels, and what each of its channels counts. */
export interface SmallNetwork {
  /** [2, 3, 3, 3]. */
  readonly weights: Float32Array;
  readonly bias: readonly [number, number];
  readonly counts: readonly [number, number];
}

/**
 * LPIPS (Zhang et al., CVPR 2018) over one layer: the features of each pixel brought to length 1 over the channels, their
 * squared difference weighed by channel, and the mean over the pixels.
 */
export function smallLpips({ weights, bias, counts }: SmallNetwork): Uint8Array {
  const g = new GraphBuilder('lpips');
  const filters = g.constant(weights, [2, 3, 3, 3]);
  const biases = g.constant(Float32Array.from(bias), [2]);
  const unitFeatures = (image: string) => {
    const features = g.op('Relu', [g.op('Conv', [image, filters, biases])]);
    const length = g.op('Sqrt', [g.op('ReduceSum', [g.op('Mul', [features, features]), g.ints(1)])]);
    return g.op('Div', [features, g.op('Add', [length, g.scalar(1e-10)])]);
  };
  const [x, y] = ['in0', 'in1'].map((name) => g.input(name, 'float32', [1, 3, 'height', 'width']));
  const difference = g.op('Sub', [unitFeatures(x as string), unitFeatures(y as string)]);
  const squares = g.op('Mul', [difference, difference]);
  const weighed = g.op('Mul', [squares, g.constant(Float32Array.from(counts), [1, 2, 1, 1])]);
  const mean = g.op('ReduceMean', [g.op('ReduceSum', [weighed, g.ints(1)]), g.ints(2, 3)]);
  g.output(mean, 'float32', [1, 1, 1, 1], 'distance');
  return g.toBytes();
}
