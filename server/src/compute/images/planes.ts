import type { RgbImage } from './decode.js';

/** Numbers in planes of rows: element (channel, y, x) is `data[(channel * height + y) * width + x]`. */
export interface Planes {
  readonly data: Float32Array;
  readonly channels: number;
  readonly width: number;
  readonly height: number;
}

/** A part of an image in whole pixels. */
export interface PixelBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The red, green and blue planes of a part of an image, 0–255. */
export function planesOf(image: RgbImage, { left, top, width, height }: PixelBox): Planes {
  const data = new Float32Array(3 * width * height);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0, from = ((top + y) * image.width + left) * 3; x < width; x++, to++) {
      for (let channel = 0; channel < 3; channel++) data[channel * width * height + to] = image.data[from++];
    }
  }
  return { data, channels: 3, width, height };
}

/**
 * Resamples by a triangle as wide as two pixels of the larger side: bilinear where it grows, an average where it
 * shrinks. Pixels are cells, and those at the border count for what lies outside.
 */
export function resizePlanes(planes: Planes, width: number, height: number): Planes {
  return along(along(planes, 'x', width), 'y', height);
}

function along(planes: Planes, axis: 'x' | 'y', length: number): Planes {
  const from = axis === 'x' ? planes.width : planes.height;
  if (from === length) return planes;
  const [width, height] = axis === 'x' ? [length, planes.height] : [planes.width, length];
  const data = new Float32Array(planes.channels * width * height);
  const taps = triangleTaps(from, length);
  // Elements of a line lie `step` apart; lines of the axis begin at every element across it.
  const step = axis === 'x' ? 1 : width;
  for (let plane = 0; plane < planes.channels; plane++) {
    for (let line = 0; line < (axis === 'x' ? height : width); line++) {
      const source = plane * planes.width * planes.height + line * (axis === 'x' ? planes.width : 1);
      const target = plane * width * height + line * (axis === 'x' ? width : 1);
      for (let n = 0; n < length; n++) data[target + n * step] = weighted(planes.data, source, step, taps[n]);
    }
  }
  return { data, channels: planes.channels, width, height };
}

interface Taps {
  readonly first: number;
  readonly weights: readonly number[];
}

function weighted(data: Float32Array, start: number, step: number, { first, weights }: Taps): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i] * data[start + (first + i) * step];
  return sum;
}

function triangleTaps(from: number, length: number): Taps[] {
  const scale = from / length;
  const reach = Math.max(1, scale);
  return Array.from({ length }, (_, n) => {
    const centre = (n + 0.5) * scale - 0.5;
    const first = Math.max(0, Math.ceil(centre - reach));
    const last = Math.min(from - 1, Math.floor(centre + reach));
    const shares = Array.from({ length: last - first + 1 }, (_, i) => reach - Math.abs(first + i - centre));
    const sum = shares.reduce((total, share) => total + share, 0);
    return { first, weights: shares.map((share) => share / sum) };
  });
}
