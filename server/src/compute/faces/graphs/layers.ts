import { type Attributes, float, type GraphBuilder } from '../../../onnx/build.js';
import type { Weight } from '../weights.js';

/** Paddings of the two spatial axes: top, left, bottom, right. */
export type Padding = readonly [number, number, number, number];
export const VALID: Padding = [0, 0, 0, 0];
/** TensorFlow's SAME for a 3×3 kernel at stride 1. */
export const SAME: Padding = [1, 1, 1, 1];
/** TensorFlow's SAME for a 3×3 kernel at stride 2 on an even size: one row below, one column to the right. */
export const SAME_STRIDE_2: Padding = [0, 0, 1, 1];

interface ConvOptions {
  readonly stride?: number;
  readonly pads?: Padding;
  /** Multiplies each output channel: a batch normalisation or affine layer folded in. */
  readonly scale?: Float32Array;
  readonly bias?: Float32Array;
}

/** A convolution whose weights are in TensorFlow's order, [height, width, in, out]. */
export function conv(g: GraphBuilder, x: string, filters: Weight, options: ConvOptions = {}): string {
  const [h, w, cin, cout] = filters.shape;
  const weights = g.constant(toOutputFirst(filters, options.scale), [cout, cin, h, w], 'weights');
  return convNode(g, x, weights, options, { kernel_shape: [h, w] });
}

/** A depthwise convolution whose weights are [height, width, channels, 1]. */
export function depthwise(g: GraphBuilder, x: string, filters: Weight, options: ConvOptions = {}): string {
  const [h, w, channels] = filters.shape;
  const transposed = toOutputFirst({ data: filters.data, shape: [h, w, 1, channels] }, options.scale);
  const weights = g.constant(transposed, [channels, 1, h, w], 'weights');
  return convNode(g, x, weights, options, { kernel_shape: [h, w], group: channels });
}

function convNode(g: GraphBuilder, x: string, weights: string, options: ConvOptions, attributes: Attributes): string {
  const { stride = 1, pads = VALID, bias } = options;
  const inputs = bias ? [x, weights, g.constant(bias, [bias.length], 'bias')] : [x, weights];
  return g.op('Conv', inputs, { ...attributes, strides: [stride, stride], pads: [...pads] });
}

/** [h, w, in, out] → [out, in, h, w], each output channel times its scale. */
function toOutputFirst({ data, shape: [h, w, cin, cout] }: Weight, scale?: Float32Array): Float32Array {
  const result = new Float32Array(data.length);
  for (let o = 0; o < cout; o++) {
    for (let i = 0; i < cin; i++) {
      for (let p = 0; p < h * w; p++) {
        result[(o * cin + i) * h * w + p] = data[(p * cin + i) * cout + o] * (scale?.[o] ?? 1);
      }
    }
  }
  return result;
}

/**
 * A fully connected layer over [batch, in, 1, 1], as a 1×1 convolution: unlike a matrix product its rounding
 * does not depend on how many images are in the batch. Weights are [in, out]; the result is [batch, out].
 */
export function dense(g: GraphBuilder, x: string, weights: Weight, bias?: Float32Array): string {
  const [cin, cout] = weights.shape;
  const filtered = conv(g, x, { data: weights.data, shape: [1, 1, cin, cout] }, { bias });
  return g.op('Flatten', [filtered], { axis: 1 });
}

export function relu(g: GraphBuilder, x: string): string {
  return g.op('Relu', [x]);
}

export function relu6(g: GraphBuilder, x: string): string {
  return g.op('Clip', [x, g.scalar(0), g.scalar(6)]);
}

export function leakyRelu(g: GraphBuilder, x: string, alpha: number): string {
  return g.op('LeakyRelu', [x], { alpha: float(alpha) });
}

export function maxPool(g: GraphBuilder, x: string, size: number, stride: number, pads: Padding = VALID): string {
  return g.op('MaxPool', [x], { kernel_shape: [size, size], strides: [stride, stride], pads: [...pads] });
}

/**
 * Pixels as [batch, height, width, 3] bytes → [batch, 3, height, width] floats, (pixel − mean) · scale.
 */
export function fromPixels(g: GraphBuilder, pixels: string, mean: readonly number[], scale: number): string {
  const channels = g.op('Transpose', [pixels], { perm: [0, 3, 1, 2] });
  return normalise(g, g.op('Cast', [channels], { to: 1 }), mean, scale);
}

export function normalise(g: GraphBuilder, x: string, mean: readonly number[], scale: number): string {
  const centred = g.op('Sub', [x, g.constant(Float32Array.from(mean), [1, 3, 1, 1], 'mean')]);
  return g.op('Mul', [centred, g.scalar(scale)]);
}
