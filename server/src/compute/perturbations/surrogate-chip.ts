import type { Affine } from '../../plugins/declare.js';
import { warpInto } from '../faces/warp.js';
import type { RgbImage } from '../images/decode.js';

/** What a surrogate sees of a photograph: [3, size, size], 0–255. */
export function chipOf(image: RgbImage, toImage: Affine, size: number): Float32Array {
  const chip = new Float32Array(3 * size * size);
  warpInto(chip, size, image, toImage);
  return chip;
}
