import { cubicTaps } from './cubic-taps.js';
import type { RgbImage } from './decode.js';
import { weightedSums } from './weighted-sums.js';

/** `crop` keeps the middle square of the photograph, `stretch` all of it. */
export type SquareFit = 'crop' | 'stretch';

/**
 * Resamples to a square of `size` pixels exactly as Pillow and torchvision do in CLIP's own preprocessing: bicubic
 * (a = -0.5), antialiased, across and then down, rounded to 8 bits after each. With `crop` the shorter side becomes
 * `size` and the middle is cut out; only the pixels that stay are computed.
 */
export function resampleToSquare(image: RgbImage, size: number, fit: SquareFit): RgbImage {
  const shorter = Math.min(image.width, image.height);
  const resized = (side: number) => (fit === 'stretch' ? size : Math.trunc((size * side) / shorter));
  const across = cubicTaps(image.width, resized(image.width), size);
  const down = cubicTaps(image.height, resized(image.height), size);
  return { data: weightedSums(image, across, down), width: size, height: size };
}

/** Resamples all of an image to another size in the same way, as Pillow's `resize` does. */
export function resampleTo(image: RgbImage, width: number, height: number): RgbImage {
  const across = cubicTaps(image.width, width, width);
  return { data: weightedSums(image, across, cubicTaps(image.height, height, height)), width, height };
}
