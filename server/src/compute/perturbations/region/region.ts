import type { Affine, Surrogate } from '../../../plugins/declare.js';
import type { Box } from '../../faces/geometry.js';
import { cutScale } from '../../faces/locator.js';
import { boundsOf, shrinkage } from '../../faces/warp.js';
import { type PixelBox, type Planes, planesOf, resizePlanes } from '../../images/planes.js';
import { BLUR } from '../lowkey/settings.js';
import type { Photograph } from '../photograph.js';
import { SMALLEST_MEASURED } from '../visibility/dssim-meter.js';
import { widenedBox } from '../visibility/fit-budget.js';
import { SSIM_BORDER } from '../visibility/ssim.js';

/** The part of a photograph that a surrogate sees anything of: what lies outside has no gradient. */
export interface Region {
  /** In the photograph's pixels. */
  readonly box: PixelBox;
  /** Its colours, 0–255, as large as the face is cut out: of larger photographs fewer pixels than the box has. */
  readonly pixels: Planes;
  /** How many SSIM windows it has for each that the square around the face has, of which results tell the DSSIM. */
  readonly faces: number;
}

export function regionOf({ image, face }: Photograph, surrogates: readonly Surrogate[]): Region {
  const whole = { left: 0, top: 0, right: image.width, bottom: image.height };
  const seen = surrogates.map(({ place, size }) => {
    const toImage = place(face);
    return boundsOf(whole, toImage, size, BLUR.window + 2 * shrinkage(toImage));
  });
  const box = widenedBox(unionOf(seen), SMALLEST_MEASURED, image);
  const scale = cutScale(image, face.box);
  const inside = (length: number) => Math.max(SMALLEST_MEASURED, Math.round(length * scale));
  const [width, height] = [inside(box.width), inside(box.height)];
  const side = inside(Math.max(face.box.right - face.box.left, face.box.bottom - face.box.top));
  return {
    box,
    pixels: resizePlanes(planesOf(image, box), width, height),
    faces: (windowsAlong(width) * windowsAlong(height)) / windowsAlong(side) ** 2,
  };
}

function windowsAlong(side: number): number {
  return Math.max(1, side - 2 * SSIM_BORDER);
}

function unionOf(boxes: readonly Box[]): PixelBox {
  const left = Math.min(...boxes.map((box) => box.left));
  const top = Math.min(...boxes.map((box) => box.top));
  const [right, bottom] = [Math.max(...boxes.map((box) => box.right)), Math.max(...boxes.map((box) => box.bottom))];
  return { left, top, width: Math.max(1, right - left), height: Math.max(1, bottom - top) };
}

/** Where a surrogate's chip lies in the region. */
export interface ChipInRegion {
  /** How many of the region's pixels, along a side, are averaged before they are sampled. */
  readonly by: number;
  /** [size, size, 2] in the coordinates of ONNX's GridSample, of the averaged region. */
  readonly grid: Float32Array;
}

export function chipInRegion({ box, pixels }: Region, toImage: Affine, size: number): ChipInRegion {
  const [scaleX, scaleY] = [pixels.width / box.width, pixels.height / box.height];
  const by = shrinkage({
    ...toImage,
    xx: toImage.xx * scaleX,
    xy: toImage.xy * scaleX,
    yx: toImage.yx * scaleY,
    yy: toImage.yy * scaleY,
  });
  const along = (position: number, start: number, scale: number, length: number) =>
    (2 * (position + 0.5 - start) * scale) / by / Math.floor(length / by) - 1;
  const grid = new Float32Array(2 * size * size);
  for (let y = 0, at = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const [px, py] = [toImage.xx * x + toImage.xy * y + toImage.x0, toImage.yx * x + toImage.yy * y + toImage.y0];
      grid[at++] = along(px, box.left, scaleX, pixels.width);
      grid[at++] = along(py, box.top, scaleY, pixels.height);
    }
  }
  return { by, grid };
}
