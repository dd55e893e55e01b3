import type { RgbImage } from '../../images/decode.js';
import { type PixelBox, type Planes, planesOf } from '../../images/planes.js';
import { type DssimMeter, SMALLEST_MEASURED } from './dssim-meter.js';

/** How often a change is made smaller until it fits; each time it comes closer. */
const ATTEMPTS = 8;
/** A change is made a little smaller than it should need to be. */
const CAUTION = 0.99;

/**
 * The photograph with a change of a part of it added, rounded to 8 bits. Where that part then differs by more than
 * `limit` (DSSIM) the change is made smaller until it does not: enlarging and rounding can add to it.
 */
export async function addWithinBudget(
  image: RgbImage,
  part: PixelBox,
  change: Planes,
  limit: number,
  meter: DssimMeter,
): Promise<RgbImage> {
  const measured = widenedBox(part, SMALLEST_MEASURED, image);
  const original = planesOf(image, measured);
  let strength = 1;
  let changed = addChange(image, part, change, strength);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const dssim = await meter.measure(original, planesOf(changed, measured));
    if (dssim <= limit) return changed;
    strength *= CAUTION * Math.sqrt(limit / dssim);
    changed = addChange(image, part, change, strength);
  }
  return image;
}

/** The photograph with `strength` times the change of a part of it added, clipped and rounded to 8 bits. */
export function addChange(
  image: RgbImage,
  { left, top, width, height }: PixelBox,
  change: Planes,
  strength = 1,
): RgbImage {
  const data = Uint8ClampedArray.from(image.data);
  for (let y = 0, from = 0; y < height; y++) {
    for (let x = 0, to = ((top + y) * image.width + left) * 3; x < width; x++, from++) {
      for (let channel = 0; channel < 3; channel++, to++) {
        data[to] = image.data[to] + strength * change.data[channel * width * height + from];
      }
    }
  }
  return { ...image, data: new Uint8Array(data.buffer) };
}

/** The part, widened within the image until no side is shorter than `least` pixels, where the image is so large. */
export function widenedBox({ left, top, width, height }: PixelBox, least: number, image: RgbImage): PixelBox {
  const [x, y] = [widened(left, width, least, image.width), widened(top, height, least, image.height)];
  return { left: x.start, width: x.length, top: y.start, height: y.length };
}

function widened(start: number, length: number, least: number, whole: number) {
  const wanted = Math.min(whole, Math.max(length, least));
  return { start: Math.min(whole - wanted, Math.max(0, start - ((wanted - length) >> 1))), length: wanted };
}
