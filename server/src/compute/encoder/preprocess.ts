import type { EncoderPorts } from '../../plugins/inspection/encoder-ports.js';
import type { Result } from '../../protocol/errors.js';
import { ok } from '../../protocol/errors.js';
import { toHalves } from '../half.js';
import { decodePixels, type RgbImage } from '../images/decode.js';
import { resampleToSquare, type SquareFit } from '../images/resample.js';

export type Three = readonly [number, number, number];
/** The values of one input: float32, or the bits of float16. */
export type InputValues = Float32Array | Uint16Array;

/** A longer photograph is shrunk to this side while it is decoded, which bounds the memory that its pixels take. */
const LONGEST = 8192;

/** How a photograph becomes the input of an image encoder. */
export interface Preprocessing extends Pick<EncoderPorts, 'size' | 'layout' | 'inputType'> {
  readonly fit: SquareFit;
  /** Subtracted from each channel of 0–1, in the order of `channels`. */
  readonly mean: Three;
  /** Each channel is divided by it after that. */
  readonly std: Three;
  readonly channels: 'rgb' | 'bgr';
}

/** The values of one input: `(pixel / 255 - mean) / std`, `3 * size * size` of them. */
export async function preprocess(bytes: Uint8Array, how: Preprocessing): Promise<Result<InputValues>> {
  const image = await decodePixels(bytes, LONGEST);
  return image.ok ? ok(toInput(resampleToSquare(image.value, how.size, how.fit), how)) : image;
}

/** The same of pixels that have the input's size. */
export function toInput({ data, width, height }: RgbImage, how: Preprocessing): InputValues {
  const plane = width * height;
  const input = newInput(3 * plane, how.inputType);
  const [step, channelStep] = how.layout === 'nchw' ? [1, plane] : [3, 1];
  for (let channel = 0; channel < 3; channel++) {
    const from = how.channels === 'rgb' ? channel : 2 - channel;
    const values = scaledValues(how, channel);
    for (let pixel = 0; pixel < plane; pixel++) {
      input[channel * channelStep + pixel * step] = values[data[3 * pixel + from]];
    }
  }
  return input;
}

/** What each of the 256 values of a channel becomes. */
function scaledValues({ mean, std, inputType }: Preprocessing, channel: number): InputValues {
  const values = Float32Array.from({ length: 256 }, (_, value) => (value / 255 - mean[channel]) / std[channel]);
  return inputType === 'float16' ? toHalves(values) : values;
}

/** Room for so many input values. */
export function newInput(length: number, type: Preprocessing['inputType']): InputValues {
  return type === 'float16' ? new Uint16Array(length) : new Float32Array(length);
}

/** The shape of a batch of inputs. */
export function inputShape(batch: number, { size, layout }: Pick<Preprocessing, 'size' | 'layout'>): number[] {
  return layout === 'nchw' ? [batch, 3, size, size] : [batch, size, size, 3];
}
