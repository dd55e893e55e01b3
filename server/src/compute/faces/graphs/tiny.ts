import { GraphBuilder } from '../../../onnx/build.js';
import type { Box } from '../geometry.js';
import type { Weights } from '../weights.js';
import { conv, depthwise, fromPixels, leakyRelu, maxPool, SAME, SAME_STRIDE_2, VALID } from './layers.js';

/** Side of the square that a photograph is fitted into, in pixels. */
export const TINY_SIZE = 416;
const GRID = 13;
const MEAN = [117.001, 114.697, 97.404];
const LEAK = 0.1;
/** Widths and heights of the five anchors, in cells. */
const ANCHORS: readonly (readonly [number, number])[] = [
  [1.603231, 2.094468],
  [6.041143, 7.080126],
  [2.882459, 3.518061],
  [4.266906, 5.178857],
  [9.041765, 10.66308],
];
const CANDIDATES = GRID * GRID * ANCHORS.length;

/**
 * face-api's tiny detector (docs/constants.md): `pixels`, [batch, 416, 416, 3] bytes, to `scores`, [batch, 845] in 0–1, and
 * `encodings`, [batch, 845, 4].
 */
export function tinyGraph(weights: Weights): GraphBuilder {
  const g = new GraphBuilder('tiny_face_detector');
  const pixels = g.input('pixels', 'uint8', ['batch', TINY_SIZE, TINY_SIZE, 3]);
  const grid = layers(g, weights, fromPixels(g, pixels, MEAN, 1 / 255));
  const cells = g.op('Reshape', [g.op('Transpose', [grid], { perm: [0, 2, 3, 1] }), g.ints(0, CANDIDATES, 5)]);
  const [encoding, score] = g.ops('Split', [cells, g.ints(4, 1)], { axis: 2 }, 2);
  g.output(g.op('Sigmoid', [g.op('Squeeze', [score, g.ints(2)])]), 'float32', ['batch', CANDIDATES], 'scores');
  g.output(encoding, 'float32', ['batch', CANDIDATES, 4], 'encodings');
  return g;
}

function layers(g: GraphBuilder, weights: Weights, input: string): string {
  const first = conv(g, input, weights.get('conv0/filters'), { pads: VALID, bias: weights.get('conv0/bias').data });
  let x = maxPool(g, leakyRelu(g, first, LEAK), 2, 2);
  for (let layer = 1; layer <= 5; layer++) {
    const filtered = depthwise(g, x, weights.get(`conv${layer}/depthwise_filter`), { pads: SAME });
    const bias = weights.get(`conv${layer}/bias`).data;
    const mixed = leakyRelu(g, conv(g, filtered, weights.get(`conv${layer}/pointwise_filter`), { bias }), LEAK);
    x = maxPool(g, mixed, 2, layer < 5 ? 2 : 1, SAME_STRIDE_2);
  }
  return conv(g, x, weights.get('conv8/filters'), { pads: VALID, bias: weights.get('conv8/bias').data });
}

/**
 * Candidate `n`'s box in shares of the square (docs/constants.md): centre = (cell + σ(t)) / 13, size = e^t · anchor / 13, x
 * before y.
 */
export function tinyBox(n: number, [tx, ty, tw, th]: ArrayLike<number> & Iterable<number>): Box {
  const cell = Math.floor(n / ANCHORS.length);
  const [anchorWidth, anchorHeight] = ANCHORS[n % ANCHORS.length];
  const cx = ((cell % GRID) + sigmoid(tx)) / GRID;
  const cy = (Math.floor(cell / GRID) + sigmoid(ty)) / GRID;
  const halfWidth = (Math.exp(tw) * anchorWidth) / GRID / 2;
  const halfHeight = (Math.exp(th) * anchorHeight) / GRID / 2;
  return { left: cx - halfWidth, top: cy - halfHeight, right: cx + halfWidth, bottom: cy + halfHeight };
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
