import { GraphBuilder } from '../../../onnx/build.js';
import type { Weight, Weights } from '../weights.js';
import { conv, depthwise, fromPixels, type Padding, relu6, SAME, VALID } from './layers.js';

/** A photograph's longer side is brought to this many pixels. */
export const SSD_SIZE = 512;
/** Both sides of the input are multiples of this, so that the grid's first cells are those of the full square. */
export const SSD_STEP = 64;
const CLASSES = 3;
/** Depthwise layers that halve the size. */
const HALVING = new Set([2, 4, 6, 12]);
const BATCH_NORM_EPSILON = 0.001;
/** TensorFlow's SAME for a 3×3 kernel at stride 2 on an even size, and as many windows on an odd one. */
const HALVED: Padding = [0, 0, 2, 2];

/**
 * face-api's SSD on MobileNet v1 (docs/constants.md): `pixels`, [batch, height, width, 3] bytes, to `scores`,
 * [batch, candidates] in 0–1, and `encodings`, [batch, candidates, 4]. face-api pads every photograph to a square;
 * the network is convolutional, so what lies in the padding need not be computed.
 */
export function ssdGraph(weights: Weights): GraphBuilder {
  const g = new GraphBuilder('ssd_mobilenet_v1');
  const pixels = g.input('pixels', 'uint8', ['batch', 'height', 'width', 3]);
  const features = featureMaps(g, weights, fromPixels(g, pixels, [127.5, 127.5, 127.5], 1 / 127.5));
  const logits = features.map((map, n) => predict(g, weights, map, `BoxPredictor_${n}/ClassPredictor`, CLASSES));
  const encodings = features.map((map, n) => predict(g, weights, map, `BoxPredictor_${n}/BoxEncodingPredictor`, 4));
  const face = g.op('Gather', [g.op('Concat', logits, { axis: 1 }), g.constant(BigInt64Array.of(1n), [], 'face')], {
    axis: 2,
  });
  g.output(g.op('Sigmoid', [face]), 'float32', ['batch', 'candidates'], 'scores');
  g.output(g.op('Concat', encodings, { axis: 1 }), 'float32', ['batch', 'candidates', 4], 'encodings');
  return g;
}

function featureMaps(g: GraphBuilder, weights: Weights, input: string): string[] {
  const stem = weights.get('MobilenetV1/Conv2d_0_pointwise/weights');
  let x = offsetConv(g, weights, 'MobilenetV1/Conv2d_0_pointwise', stem, input, 2);
  const maps: string[] = [];
  for (let layer = 1; layer <= 13; layer++) {
    x = separable(g, weights, `MobilenetV1/Conv2d_${layer}`, x, HALVING.has(layer) ? 2 : 1);
    if (layer === 11 || layer === 13) maps.push(x);
  }
  for (let layer = 0; layer < 8; layer++) {
    const name = `Prediction/Conv2d_${layer}_pointwise`;
    x = offsetConv(g, weights, name, weights.get(`${name}/weights`), x, layer % 2 === 1 ? 2 : 1);
    if (layer % 2 === 1) maps.push(x);
  }
  return maps;
}

function offsetConv(
  g: GraphBuilder,
  weights: Weights,
  name: string,
  filters: Weight,
  x: string,
  stride: number,
): string {
  const pads = stride === 2 ? HALVED : VALID;
  return relu6(g, conv(g, x, filters, { stride, pads, bias: weights.get(`${name}/convolution_bn_offset`).data }));
}

function separable(g: GraphBuilder, weights: Weights, name: string, x: string, stride: number): string {
  const { scale, bias } = batchNorm(weights, `${name}_depthwise/BatchNorm`);
  const pads = stride === 2 ? HALVED : SAME;
  const filters = weights.get(`${name}_depthwise/depthwise_weights`);
  const filtered = relu6(g, depthwise(g, x, filters, { stride, pads, scale, bias }));
  return offsetConv(g, weights, `${name}_pointwise`, weights.get(`${name}_pointwise/weights`), filtered, 1);
}

/** A batch normalisation at inference, as a scale and a shift. */
function batchNorm(weights: Weights, name: string): { scale: Float32Array; bias: Float32Array } {
  const [gamma, beta, mean, variance] = ['gamma', 'beta', 'moving_mean', 'moving_variance'].map(
    (part) => weights.get(`${name}/${part}`).data,
  );
  const scale = gamma.map((value, channel) => value / Math.sqrt(variance[channel] + BATCH_NORM_EPSILON));
  return { scale, bias: beta.map((value, channel) => value - mean[channel] * scale[channel]) };
}

/** A predictor's values, [batch, candidates, width]. */
function predict(g: GraphBuilder, weights: Weights, map: string, name: string, width: number): string {
  const bias = weights.get(`Prediction/${name}/biases`).data;
  const values = conv(g, map, weights.get(`Prediction/${name}/weights`), { bias });
  return g.op('Reshape', [g.op('Transpose', [values], { perm: [0, 2, 3, 1] }), g.ints(0, -1, width)]);
}
