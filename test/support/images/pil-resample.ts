import type { RgbImage } from '../../../server/src/compute/images/decode.js';

/** Bits behind the point in Pillow's fixed-point weights. */
const PRECISION = 22;
/** The cubic kernel reaches two pixels to each side of its centre. */
const SUPPORT = 2;

/** What one output pixel is made of: `weights[i]` of the input pixel `first + i`. */
interface Window {
  readonly first: number;
  readonly weights: readonly number[];
}

/**
 * A photograph as CLIP's own preprocessing sees it: Pillow's `Image.resize(…, BICUBIC)` of the shorter side to
 * `size`, then torchvision's `CenterCrop(size)`. Written after Pillow's src/libImaging/Resample.c: weights in
 * fixed point, across before down, each pass rounded to 8 bits, so that its bytes are Pillow's.
 */
export function clipReference(image: RgbImage, size: number): RgbImage {
  const shorter = Math.min(image.width, image.height);
  const side = (pixels: number) => Math.trunc((size * pixels) / shorter);
  return centreCrop(pilBicubic(image, side(image.width), side(image.height)), size);
}

/** Pillow's `Image.resize((width, height), BICUBIC)` of an RGB image. */
export function pilBicubic(image: RgbImage, width: number, height: number): RgbImage {
  const across = resampleRows(image, windows(image.width, width));
  return transpose(resampleRows(transpose(across), windows(image.height, height)));
}

/** Catmull-Rom: the cubic kernel of a = -0.5. */
function cubic(x: number): number {
  const a = -0.5;
  const distance = Math.abs(x);
  if (distance < 1) return ((a + 2) * distance - (a + 3)) * distance * distance + 1;
  return distance < SUPPORT ? (((distance - 5) * distance + 8) * distance - 4) * a : 0;
}

function windows(from: number, to: number): Window[] {
  const scale = from / to;
  const stretch = Math.max(scale, 1);
  const reach = SUPPORT * stretch;
  return Array.from({ length: to }, (_, at) => {
    const centre = (at + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - reach + 0.5));
    const last = Math.min(from, Math.trunc(centre + reach + 0.5));
    const shares = Array.from({ length: last - first }, (_, i) => cubic((i + first - centre + 0.5) / stretch));
    const sum = shares.reduce((total, share) => total + share, 0);
    return { first, weights: shares.map((share) => roundHalfAway((share / sum) * 2 ** PRECISION)) };
  });
}

function roundHalfAway(value: number): number {
  return Math.trunc(value + (value < 0 ? -0.5 : 0.5));
}

function resampleRows({ data, width, height }: RgbImage, targets: readonly Window[]): RgbImage {
  const result = new Uint8ClampedArray(targets.length * height * 3);
  for (let row = 0; row < height; row++) {
    for (const [column, { first, weights }] of targets.entries()) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 2 ** (PRECISION - 1);
        for (const [i, weight] of weights.entries()) sum += weight * data[(row * width + first + i) * 3 + channel];
        result[(row * targets.length + column) * 3 + channel] = Math.floor(sum / 2 ** PRECISION);
      }
    }
  }
  return { data: new Uint8Array(result.buffer), width: targets.length, height };
}

function transpose({ data, width, height }: RgbImage): RgbImage {
  const result = new Uint8Array(data.length);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [from, to] = [(row * width + column) * 3, (column * height + row) * 3];
      for (let channel = 0; channel < 3; channel++) result[to + channel] = data[from + channel];
    }
  }
  return { data: result, width: height, height: width };
}

/** As Python's `round` has it, a margin that cannot be halved is rounded to the even number. */
export function centreCrop({ data, width, height }: RgbImage, size: number): RgbImage {
  const [left, top] = [roundHalfEven((width - size) / 2), roundHalfEven((height - size) / 2)];
  const result = new Uint8Array(size * size * 3);
  for (let row = 0; row < size; row++) {
    const from = ((top + row) * width + left) * 3;
    result.set(data.subarray(from, from + size * 3), row * size * 3);
  }
  return { data: result, width: size, height: size };
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  return value - floor === 0.5 ? floor + (floor % 2) : Math.round(value);
}
