import { GraphBuilder } from '../../../onnx/build.js';
import type { Weights } from '../weights.js';
import { conv, dense, depthwise, normalise, relu, SAME, SAME_STRIDE_2 } from './layers.js';

/** Side of the square crop that landmarks are found in, in pixels. */
export const LANDMARK_SIZE = 112;
const MEAN = [122.782, 117.001, 104.298];
const BLOCKS = 4;

/**
 * face-api's 68 landmarks (docs/constants.md): `crop`, [batch, 3, 112, 112] RGB of 0–255, to `points`, [batch, 136],
 * x and y interleaved, in shares of the crop.
 */
export function landmarksGraph(weights: Weights): GraphBuilder {
  const g = new GraphBuilder('face_landmarks_68');
  const crop = g.input('crop', 'float32', ['batch', 3, LANDMARK_SIZE, LANDMARK_SIZE]);
  let x = normalise(g, crop, MEAN, 1 / 255);
  for (let block = 0; block < BLOCKS; block++) x = denseBlock(g, weights, `dense${block}`, x, block === 0);
  const pooled = g.op('GlobalAveragePool', [x]);
  g.output(
    dense(g, pooled, weights.get('fc/weights'), weights.get('fc/bias').data),
    'float32',
    ['batch', 136],
    'points',
  );
  return g;
}

/** Each layer's input is the ReLU of the sum of all the layers before it. */
function denseBlock(g: GraphBuilder, weights: Weights, name: string, x: string, first: boolean): string {
  const entry = first ? fullConv(g, weights, `${name}/conv0`, x) : separable(g, weights, `${name}/conv0`, x, 2);
  let sum = relu(g, entry);
  for (let layer = 1; layer <= 3; layer++) {
    const input = layer === 1 ? sum : relu(g, sum);
    sum = g.op('Add', [sum, separable(g, weights, `${name}/conv${layer}`, input, 1)]);
  }
  return relu(g, sum);
}

function fullConv(g: GraphBuilder, weights: Weights, name: string, x: string): string {
  const bias = weights.get(`${name}/bias`).data;
  return conv(g, x, weights.get(`${name}/filters`), { stride: 2, pads: SAME_STRIDE_2, bias });
}

function separable(g: GraphBuilder, weights: Weights, name: string, x: string, stride: number): string {
  const pads = stride === 2 ? SAME_STRIDE_2 : SAME;
  const filtered = depthwise(g, x, weights.get(`${name}/depthwise_filter`), { stride, pads });
  return conv(g, filtered, weights.get(`${name}/pointwise_filter`), { bias: weights.get(`${name}/bias`).data });
}
