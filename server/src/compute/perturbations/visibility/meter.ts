import { fail, ok, type Result } from '../../../protocol/errors.js';
import { FaceDetector, largestFace } from '../../faces/detector.js';
import type { Box } from '../../faces/geometry.js';
import { decodeImage, type RgbImage } from '../../images/decode.js';
import { dssim } from '../../images/dssim.js';
import type { PixelBox } from '../../images/planes.js';

/** Photographs are compared at their own size, whatever it is. */
const FULL_SIZE = 65_535;
/** As `face-recognition` finds faces by default. */
const DETECTOR = { name: 'ssd', minConfidence: 0.3 } as const;

/** How much a perturbed photograph differs from its original. */
export interface Visibility {
  /**
   * (1 − SSIM) / 2 over the square around the original's largest face, or over all of a photograph without one;
   * null where that is smaller than SSIM's window.
   */
  readonly dssim: number | null;
  /** The largest difference of a value, 0–1, over the whole photograph. */
  readonly linf: number;
}

/** Compares saved photographs, pixel by pixel. */
export class VisibilityMeter {
  private constructor(private readonly detector: FaceDetector) {}

  /** `folder` keeps the detector's graph. */
  static async load(folder: string, threads: number): Promise<VisibilityMeter> {
    return new VisibilityMeter(await FaceDetector.load(DETECTOR.name, DETECTOR.minConfidence, folder, threads));
  }

  /** Problems: `image-unreadable`, `perturbed-size`. */
  async measure(original: Uint8Array, perturbed: Uint8Array): Promise<Result<Visibility>> {
    const both = await decodeBoth(original, perturbed);
    if (!both.ok) return both;
    const [a, b] = both.value;
    const face = largestFace(await this.detector.detect(await this.detector.prepare(a)));
    const square = face ? squareAround(face.box, a) : { left: 0, top: 0, width: a.width, height: a.height };
    return ok({ dssim: dssim(crop(a, square), crop(b, square)), linf: largestDifference(a, b) / 255 });
  }

  async close(): Promise<void> {
    await this.detector.close();
  }
}

/** Compares what was made of photographs with them, where nobody asks how it looks: the size counts, no face is found. */
export class SizeMeter {
  /** Problems as `VisibilityMeter` has them. */
  async measure(original: Uint8Array, made: Uint8Array): Promise<Result<Visibility>> {
    const both = await decodeBoth(original, made);
    return both.ok ? ok({ dssim: null, linf: largestDifference(...both.value) / 255 }) : both;
  }

  async close(): Promise<void> {}
}

async function decodeBoth(
  original: Uint8Array,
  perturbed: Uint8Array,
): Promise<Result<readonly [before: RgbImage, after: RgbImage]>> {
  const [before, after] = await Promise.all([original, perturbed].map((bytes) => decodeImage(bytes, FULL_SIZE)));
  if (!before.ok) return before;
  if (!after.ok) return after;
  const [a, b] = [before.value, after.value];
  return a.width === b.width && a.height === b.height ? ok([a, b]) : otherSize(a, b);
}

function otherSize(a: RgbImage, b: RgbImage): Result<never> {
  const message = `The perturbed photograph has ${b.width} × ${b.height} pixels, its original ${a.width} × ${a.height}`;
  return fail('perturbed-size', message, { hint: 'Perturb the photograph at its own size.' });
}

/** The square around a box, in whole pixels, as far as it lies in the image. */
export function squareAround({ left, top, right, bottom }: Box, { width, height }: RgbImage): PixelBox {
  const half = Math.max(right - left, bottom - top) / 2;
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  const [from, above] = [Math.max(0, Math.floor(x - half)), Math.max(0, Math.floor(y - half))];
  const [to, below] = [Math.min(width, Math.ceil(x + half)), Math.min(height, Math.ceil(y + half))];
  return { left: from, top: above, width: to - from, height: below - above };
}

function crop({ data, width: whole }: RgbImage, { left, top, width, height }: PixelBox): RgbImage {
  const cropped = new Uint8Array(3 * width * height);
  for (let row = 0; row < height; row++) {
    const start = 3 * ((top + row) * whole + left);
    cropped.set(data.subarray(start, start + 3 * width), 3 * row * width);
  }
  return { data: cropped, width, height };
}

function largestDifference(a: RgbImage, b: RgbImage): number {
  let largest = 0;
  for (let i = 0; i < a.data.length; i++) largest = Math.max(largest, Math.abs(a.data[i] - b.data[i]));
  return largest;
}
