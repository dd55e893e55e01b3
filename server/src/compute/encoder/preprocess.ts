import type { Result } from '../../protocol/errors.js';
import { ok } from '../../protocol/errors.js';
import { decodePixels, type RgbImage } from '../images/decode.js';
import { resampleToSquare, type SquareFit } from '../images/resample.js';

export type Layout = 'nchw' | 'nhwc';
type Three = readonly [number, number, number];

/** A longer photograph is shrunk to this side while it is decoded, which bounds the memory that its pixels take. */
const LONGEST = 8192;

/** How a photograph becomes the input of an image encoder. */
export interface Preprocessing {
  /** Side of the square input in pixels. */
  readonly size: number;
  readonly fit: SquareFit;
  /** Subtracted from each channel of 0–1, in the order of `channels`. */
  readonly mean: Three;
  /** Each channel is divided by it after that. */
  readonly std: Three;
  readonly channels: 'rgb' | 'bgr';
  readonly layout: Layout;
}

/** The values of one input: `(pixel / 255 - mean) / std`, `3 * size * size` of them. */
export async function preprocess(bytes: Uint8Array, how: Preprocessing): Promise<Result<Float32Array>> {
  const image = await decodePixels(bytes, LONGEST);
  return image.ok ? ok(toInput(resampleToSquare(image.value, how.size, how.fit), how)) : image;
}

function toInput({ data, width, height }: RgbImage, { mean, std, channels, layout }: Preprocessing): Float32Array {
  const plane = width * height;
  const input = new Float32Array(3 * plane);
  const [step, channelStep] = layout === 'nchw' ? [1, plane] : [3, 1];
  for (let channel = 0; channel < 3; channel++) {
    const from = channels === 'rgb' ? channel : 2 - channel;
    const scale = 1 / (255 * std[channel]);
    const shift = -mean[channel] / std[channel];
    for (let pixel = 0; pixel < plane; pixel++) {
      input[channel * channelStep + pixel * step] = data[3 * pixel + from] * scale + shift;
    }
  }
  return input;
}

/** The shape of a batch of inputs. */
export function inputShape(batch: number, size: number, layout: Layout): number[] {
  return layout === 'nchw' ? [batch, 3, size, size] : [batch, size, size, 3];
}
