import { fail, ok, type Result } from '../../../protocol/errors.js';
import { FaceDetector, largestFace } from '../../faces/detector.js';
import type { Box } from '../../faces/geometry.js';
import { decodeImage, type RgbImage } from '../../images/decode.js';
import type { PixelBox } from '../../images/planes.js';
import { encodePng } from '../../images/png.js';
import { type Budget, scaledToBudget } from './budget.js';
import { differenceOf, type Visibility, visibilityFrom } from './visibility.js';

export type { Visibility };

/** Photographs are compared at their own size, whatever it is. */
const FULL_SIZE = 65_535;
/** As `face-recognition` finds faces by default. */
const DETECTOR = { name: 'ssd', minConfidence: 0.3 } as const;

/** A photograph and its perturbed version, of one size, and the part that is compared. */
interface Pair {
  readonly before: RgbImage;
  readonly after: RgbImage;
  readonly square: PixelBox;
}

/** Compares saved photographs, pixel by pixel. */
export class VisibilityMeter {
  private constructor(private readonly detector: FaceDetector) {}

  /** `folder` keeps the detector's graph. */
  static async load(folder: string, threads: number): Promise<VisibilityMeter> {
    return new VisibilityMeter(await FaceDetector.load(DETECTOR.name, DETECTOR.minConfidence, folder, threads));
  }

  /** `changed` is whether any pixel is another, within the square or out of it. Problems: `image-unreadable`, `perturbed-size`. */
  async measure(original: Uint8Array, perturbed: Uint8Array): Promise<Result<Visibility & { changed: boolean }>> {
    const pair = await this.open(original, perturbed);
    if (!pair.ok) return pair;
    const { before, after, square } = pair.value;
    return ok({ ...visibilityFrom(crop(before, square))(crop(after, square)), changed: differ(before, after) });
  }

  /** The square of both, as they are saved. Problems: those of `measure`. */
  async squares(
    original: Uint8Array,
    perturbed: Uint8Array,
  ): Promise<Result<readonly [before: RgbImage, after: RgbImage]>> {
    const pair = await this.open(original, perturbed);
    if (!pair.ok) return pair;
    const { before, after, square } = pair.value;
    return ok([crop(before, square), crop(after, square)]);
  }

  /**
   * The perturbed photograph with its change made stronger or weaker until the PNG is as visible as the budget says.
   * Problems: those of `measure`, and `budget-unreached`.
   */
  async fit(original: Uint8Array, perturbed: Uint8Array, budget: Budget): Promise<Result<Uint8Array>> {
    const pair = await this.open(original, perturbed);
    if (!pair.ok) return pair;
    const { before, after, square } = pair.value;
    const differing = visibilityFrom(crop(before, square));
    const fitted = scaledToBudget(before, after, budget, (image) => differing(crop(image, square)));
    return fitted.ok ? ok(await encodePng(fitted.value)) : fitted;
  }

  private async open(original: Uint8Array, perturbed: Uint8Array): Promise<Result<Pair>> {
    const both = await decodeBoth(original, perturbed);
    if (!both.ok) return both;
    const [before, after] = both.value;
    const face = largestFace(await this.detector.detect(await this.detector.prepare(before)));
    const whole = { left: 0, top: 0, width: before.width, height: before.height };
    return ok({ before, after, square: face ? squareAround(face.box, before) : whole });
  }

  async close(): Promise<void> {
    await this.detector.close();
  }
}

/** Compares what was made of photographs with them, where nobody asks how it looks: the size counts, no face is found. */
export class SizeMeter {
  /** Problems as `VisibilityMeter` has them. */
  async measure(original: Uint8Array, made: Uint8Array): Promise<Result<Visibility & { changed: boolean }>> {
    const both = await decodeBoth(original, made);
    return both.ok ? ok({ dssim: null, ...differenceOf(...both.value), changed: differ(...both.value) }) : both;
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

function differ(a: RgbImage, b: RgbImage): boolean {
  return a.data.some((value, i) => value !== b.data[i]);
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
