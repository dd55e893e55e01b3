import type { Affine } from '../../plugins/declare.js';
import type { RgbImage } from '../images/decode.js';
import type { Box } from './geometry.js';

/** Pixels to sample from: (0, 0) covers `by` × `by` pixels of the image from (left, top). */
interface Source {
  readonly pixels: Float32Array;
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
  readonly by: number;
}

/**
 * Draws a square of `size` pixels into `target`, three planes (red, green, blue; 0–255) of `size`² values.
 * `toImage` takes a pixel of the square to the image. Where the image shrinks by two or more its pixels are
 * averaged first, as dlib halves an image before it takes a chip; then samples are bilinear. Outside of
 * `inside`, by default the whole image, it is black.
 */
export function warpInto(
  target: Float32Array,
  size: number,
  image: RgbImage,
  toImage: Affine,
  inside: Box = { left: 0, top: 0, right: image.width, bottom: image.height },
): void {
  const by = shrinkage(toImage);
  const source = averaged(image, boundsOf(inside, toImage, size, by), by);
  const plane = size * size;
  const offset = (start: number) => (0.5 - start) / by - 0.5;
  const [xx, xy, yx, yy] = [toImage.xx, toImage.xy, toImage.yx, toImage.yy].map((value) => value / by);
  const x0 = toImage.x0 / by + offset(source.left);
  const y0 = toImage.y0 / by + offset(source.top);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      sample(target, y * size + x, plane, source, xx * x + xy * y + x0, yx * x + yy * y + y0);
    }
  }
}

/** How many pixels of the image, along a side, become one of the square. */
export function shrinkage({ xx, xy, yx, yy }: Affine): number {
  return Math.max(1, Math.floor(Math.sqrt(Math.abs(xx * yy - xy * yx))));
}

/** What of `inside` the square shows, with a margin for interpolation. */
export function boundsOf(inside: Box, { xx, xy, x0, yx, yy, y0 }: Affine, size: number, margin: number): Box {
  const xs = [0, xx * size, xy * size, (xx + xy) * size].map((x) => x + x0);
  const ys = [0, yx * size, yy * size, (yx + yy) * size].map((y) => y + y0);
  return {
    left: Math.max(inside.left, Math.floor(Math.min(...xs)) - margin),
    top: Math.max(inside.top, Math.floor(Math.min(...ys)) - margin),
    right: Math.min(inside.right, Math.ceil(Math.max(...xs)) + margin + 1),
    bottom: Math.min(inside.bottom, Math.ceil(Math.max(...ys)) + margin + 1),
  };
}

/** The part of the image within `bounds`, each pixel the mean of `by` × `by`; at the far edges of fewer. */
function averaged(image: RgbImage, { left, top, right, bottom }: Box, by: number): Source {
  const width = Math.max(0, Math.ceil((right - left) / by));
  const height = Math.max(0, Math.ceil((bottom - top) / by));
  const pixels = new Float32Array(width * height * 3);
  for (let row = 0, to = 0; row < height; row++) {
    const y = top + row * by;
    for (let column = 0; column < width; column++, to += 3) {
      const x = left + column * by;
      addMean(pixels, to, image, x, y, Math.min(x + by, right), Math.min(y + by, bottom));
    }
  }
  return { pixels, width, height, left, top, by };
}

function addMean(
  pixels: Float32Array,
  to: number,
  image: RgbImage,
  left: number,
  top: number,
  right: number,
  bottom: number,
): void {
  const { data } = image;
  let red = 0;
  let green = 0;
  let blue = 0;
  for (let y = top; y < bottom; y++) {
    for (let from = (y * image.width + left) * 3, end = from + (right - left) * 3; from < end; from += 3) {
      red += data[from];
      green += data[from + 1];
      blue += data[from + 2];
    }
  }
  const count = (right - left) * (bottom - top);
  pixels[to] = red / count;
  pixels[to + 1] = green / count;
  pixels[to + 2] = blue / count;
}

/** Writes the bilinear sample at (x, y) into the three planes. */
function sample(target: Float32Array, at: number, plane: number, source: Source, x: number, y: number): void {
  const { pixels, width, height } = source;
  const column = Math.floor(x);
  const row = Math.floor(y);
  let red = 0;
  let green = 0;
  let blue = 0;
  for (let dy = 0; dy < 2; dy++) {
    const py = row + dy;
    if (py < 0 || py >= height) continue;
    const wy = dy ? y - row : 1 - (y - row);
    for (let dx = 0; dx < 2; dx++) {
      const px = column + dx;
      if (px < 0 || px >= width) continue;
      const weight = wy * (dx ? x - column : 1 - (x - column));
      const from = (py * width + px) * 3;
      red += weight * pixels[from];
      green += weight * pixels[from + 1];
      blue += weight * pixels[from + 2];
    }
  }
  target[at] = red;
  target[at + plane] = green;
  target[at + 2 * plane] = blue;
}
