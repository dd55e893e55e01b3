import { fail, ok, type Result } from '../../protocol/errors.js';
import { FaceDetector, largestFace } from '../faces/detector.js';
import type { Box } from '../faces/geometry.js';
import { decodeImage, type RgbImage } from '../images/decode.js';
import { dssim } from '../images/dssim.js';

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
    const [before, after] = await Promise.all([original, perturbed].map((bytes) => decodeImage(bytes, FULL_SIZE)));
    if (!before.ok) return before;
    if (!after.ok) return after;
    const [a, b] = [before.value, after.value];
    if (a.width !== b.width || a.height !== b.height) return otherSize(a, b);
    const face = largestFace(await this.detector.detect(await this.detector.prepare(a)));
    const square = face ? squareIn(face.box, a) : { left: 0, top: 0, right: a.width, bottom: a.height };
    return ok({ dssim: dssim(crop(a, square), crop(b, square)), linf: largestDifference(a, b) / 255 });
  }

  async close(): Promise<void> {
    await this.detector.close();
  }
}

function otherSize(a: RgbImage, b: RgbImage): Result<never> {
  const message = `The perturbed photograph has ${b.width} × ${b.height} pixels, its original ${a.width} × ${a.height}`;
  return fail('perturbed-size', message, { hint: 'Perturb the photograph at its own size.' });
}

/** The square around a box, in whole pixels, as far as it lies in the image. */
function squareIn({ left, top, right, bottom }: Box, { width, height }: RgbImage): Box {
  const half = Math.max(right - left, bottom - top) / 2;
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  return {
    left: Math.max(0, Math.floor(x - half)),
    top: Math.max(0, Math.floor(y - half)),
    right: Math.min(width, Math.ceil(x + half)),
    bottom: Math.min(height, Math.ceil(y + half)),
  };
}

function crop({ data, width }: RgbImage, { left, top, right, bottom }: Box): RgbImage {
  const size = { width: right - left, height: bottom - top };
  const cropped = new Uint8Array(3 * size.width * size.height);
  for (let row = 0; row < size.height; row++) {
    const start = 3 * ((top + row) * width + left);
    cropped.set(data.subarray(start, start + 3 * size.width), 3 * row * size.width);
  }
  return { data: cropped, ...size };
}

function largestDifference(a: RgbImage, b: RgbImage): number {
  let largest = 0;
  for (let i = 0; i < a.data.length; i++) largest = Math.max(largest, Math.abs(a.data[i] - b.data[i]));
  return largest;
}
