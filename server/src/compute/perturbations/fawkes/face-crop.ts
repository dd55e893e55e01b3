import type { Affine } from '../../../plugins/declare.js';
import type { Box } from '../../faces/geometry.js';
import type { RgbImage } from '../../images/decode.js';
import { type PixelBox, type Planes, planesOf, resizePlanes } from '../../images/planes.js';

/** Fawkes centres the face's box in a square that is so much larger than its longer side (docs/constants.md), in pixels. */
const BORDER = 30;

/** A face as Fawkes optimises it: its box in the middle of a square of the box' mean colour, resized. */
export interface FaceCrop {
  /** What the photograph shows of the face, and all that is changed of it. */
  readonly box: PixelBox;
  /** The square, in the photograph's pixels; it may reach out of it. */
  readonly square: { readonly left: number; readonly top: number; readonly side: number };
  /** [3, size, size], 0–255. */
  readonly pixels: Planes;
  /** [1, size, size]: how much of a pixel is the photograph's, 0–1. */
  readonly mask: Planes;
}

export function cropFace(image: RgbImage, face: Box, size: number): FaceCrop {
  const box = withinPhotograph(face, image);
  const side = Math.max(box.width, box.height) + BORDER;
  const [dx, dy] = [(side - box.width) >> 1, (side - box.height) >> 1];
  const square = { left: box.left - dx, top: box.top - dy, side };
  const colours = planesOf(image, box);
  const filled = { data: new Float32Array(3 * side * side), channels: 3, width: side, height: side };
  for (let channel = 0; channel < 3; channel++) {
    filled.data.subarray(channel * side * side, (channel + 1) * side * side).fill(meanOf(colours, channel));
  }
  place(filled, colours, dx, dy);
  const mask = { data: new Float32Array(side * side), channels: 1, width: side, height: side };
  place(mask, { ...colours, channels: 1, data: new Float32Array(box.width * box.height).fill(1) }, dx, dy);
  return { box, square, pixels: resizePlanes(filled, size, size), mask: resizePlanes(mask, size, size) };
}

function withinPhotograph({ left, top, right, bottom }: Box, { width, height }: RgbImage): PixelBox {
  const start = (low: number, length: number) => Math.min(length - 1, Math.max(0, Math.floor(low)));
  const [x, y] = [start(left, width), start(top, height)];
  const end = (high: number, length: number, low: number) => Math.max(low + 1, Math.min(length, Math.ceil(high)));
  return { left: x, top: y, width: end(right, width, x) - x, height: end(bottom, height, y) - y };
}

function meanOf({ data, width, height }: Planes, channel: number): number {
  const plane = data.subarray(channel * width * height, (channel + 1) * width * height);
  return plane.reduce((sum, value) => sum + value, 0) / plane.length;
}

function place(target: Planes, part: Planes, dx: number, dy: number): void {
  for (let row = 0; row < part.channels * part.height; row++) {
    const [channel, y] = [Math.floor(row / part.height), row % part.height];
    const to = (channel * target.height + y + dy) * target.width + dx;
    target.data.set(part.data.subarray(row * part.width, (row + 1) * part.width), to);
  }
}

/** A change of the crop at the photograph's own size: that of the box, [3, box height, box width]. */
export function changeOfBox({ box, square, pixels }: FaceCrop, change: Float32Array): Planes {
  const whole = resizePlanes({ ...pixels, data: change }, square.side, square.side);
  const part = { data: new Float32Array(3 * box.width * box.height), channels: 3, ...sizeOf(box) };
  for (let row = 0; row < 3 * box.height; row++) {
    const [channel, y] = [Math.floor(row / box.height), row % box.height];
    const from = (channel * square.side + y + box.top - square.top) * square.side + box.left - square.left;
    part.data.set(whole.data.subarray(from, from + box.width), row * box.width);
  }
  return part;
}

function sizeOf({ width, height }: PixelBox) {
  return { width, height };
}

/**
 * Where each pixel of a chip lies in the crop, [chip, chip, 2] in the coordinates of ONNX's GridSample: −1 and 1 are
 * the crop's borders.
 */
export function gridInCrop({ square }: FaceCrop, toImage: Affine, chip: number): Float32Array {
  const grid = new Float32Array(2 * chip * chip);
  const inCrop = (position: number, start: number) => (2 * (position + 0.5 - start)) / square.side - 1;
  for (let y = 0, at = 0; y < chip; y++) {
    for (let x = 0; x < chip; x++) {
      grid[at++] = inCrop(toImage.xx * x + toImage.xy * y + toImage.x0, square.left);
      grid[at++] = inCrop(toImage.yx * x + toImage.yy * y + toImage.y0, square.top);
    }
  }
  return grid;
}
