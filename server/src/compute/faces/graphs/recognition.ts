import { GraphBuilder } from '../../../onnx/build.js';
import type { Weights } from '../weights.js';
import { conv, dense, maxPool, normalise, type Padding, relu, SAME, VALID } from './layers.js';

/** Side of a chip in pixels. */
export const CHIP_SIZE = 150;
/** Length of a descriptor. */
export const DESCRIPTOR_LENGTH = 128;
const MEAN = [122.782, 117.001, 104.298];

/** The blocks of dlib's ResNet with the size of the square that they work on (docs/constants.md). */
const STAGES = [
  { channels: 32, down: false, plain: ['conv32_1', 'conv32_2', 'conv32_3'], size: 35 },
  { channels: 64, down: true, plain: ['conv64_1', 'conv64_2', 'conv64_3'], size: 35 },
  { channels: 128, down: true, plain: ['conv128_1', 'conv128_2'], size: 17 },
  { channels: 256, down: true, plain: ['conv256_1', 'conv256_2'], size: 8 },
  { channels: 256, down: true, plain: [], size: 4, name: 'conv256_down_out' },
] as const;

/**
 * dlib's face recognition network in face-api's weights: `chip`, [batch, 3, 150, 150] RGB of 0–255, to
 * `descriptor`, [batch, 128], not normalised. face-api divides by 255 where dlib divides by 256.
 */
export function recognitionGraph(weights: Weights): GraphBuilder {
  const g = new GraphBuilder('face_recognition');
  const chip = g.input('chip', 'float32', ['batch', 3, CHIP_SIZE, CHIP_SIZE]);
  g.output(recognitionLayers(g, weights, chip), 'float32', ['batch', DESCRIPTOR_LENGTH], 'descriptor');
  return g;
}

function recognitionLayers(g: GraphBuilder, weights: Weights, chip: string): string {
  let x = normalise(g, chip, MEAN, 1 / 255);
  x = relu(g, affineConv(g, weights, 'conv32_down', x, 2, VALID));
  x = maxPool(g, x, 3, 2);
  let previous = 32;
  for (const stage of STAGES) {
    if (stage.down) x = downBlock(g, weights, downName(stage), x, previous, stage.channels, stage.size);
    for (const name of stage.plain) x = plainBlock(g, weights, name, x);
    previous = stage.channels;
  }
  return dense(g, g.op('GlobalAveragePool', [x]), weights.get('fc'));
}

function downName(stage: (typeof STAGES)[number]): string {
  return 'name' in stage ? stage.name : `conv${stage.channels}_down`;
}

/** A convolution with the affine layer after it folded in. */
function affineConv(g: GraphBuilder, weights: Weights, name: string, x: string, stride: number, pads: Padding): string {
  const scale = weights.get(`${name}/scale/weights`).data;
  const shift = weights.get(`${name}/scale/biases`).data;
  const convBias = weights.get(`${name}/conv/bias`).data;
  const bias = shift.map((value, channel) => value + convBias[channel] * scale[channel]);
  return conv(g, x, weights.get(`${name}/conv/filters`), { stride, pads, scale, bias });
}

function plainBlock(g: GraphBuilder, weights: Weights, name: string, x: string): string {
  const first = relu(g, affineConv(g, weights, `${name}/conv1`, x, 1, SAME));
  const second = affineConv(g, weights, `${name}/conv2`, first, 1, SAME);
  return relu(g, g.op('Add', [x, second]));
}

/**
 * The first convolution has stride 2 and no padding; the shortcut is the average of 2×2. The sum pads with
 * zeros what is missing: channels of the shortcut, and rows and columns of the smaller of the two.
 */
function downBlock(
  g: GraphBuilder,
  weights: Weights,
  name: string,
  x: string,
  channels: number,
  widened: number,
  size: number,
): string {
  const first = relu(g, affineConv(g, weights, `${name}/conv1`, x, 2, VALID));
  const second = affineConv(g, weights, `${name}/conv2`, first, 1, SAME);
  const shortcut = g.op('AveragePool', [x], { kernel_shape: [2, 2], strides: [2, 2] });
  const convolved = Math.floor((size - 3) / 2) + 1;
  const pooled = Math.floor(size / 2);
  const largest = Math.max(convolved, pooled);
  const sum = g.op('Add', [
    zeroPad(g, shortcut, widened - channels, largest - pooled),
    zeroPad(g, second, 0, largest - convolved),
  ]);
  return relu(g, sum);
}

function zeroPad(g: GraphBuilder, x: string, channels: number, border: number): string {
  if (channels === 0 && border === 0) return x;
  return g.op('Pad', [x, g.ints(0, 0, 0, 0, 0, channels, border, border)], { mode: 'constant' });
}
