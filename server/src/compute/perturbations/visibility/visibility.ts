import type { RgbImage } from '../../images/decode.js';
import { dssimFrom } from '../../images/dssim.js';

/**
 * How much a perturbed photograph differs from its original, over the square around the original's largest face, or over
 * all of a photograph without one.
 */
export interface Visibility {
  /** (1 − SSIM) / 2; null where the square is smaller than SSIM's window. */
  readonly dssim: number | null;
  /** Peak signal-to-noise ratio in dB; null where there is no difference, and it is infinite. */
  readonly psnr: number | null;
  /** The root of the sum of the squared differences of values of 0–1. */
  readonly l2: number;
  /** The largest difference of a value, 0–1. */
  readonly linf: number;
  /** By a model of LPIPS, where one is named; null where it gives no number for the square. */
  readonly lpips?: number | null;
}

/** How much images differ from one of their size. */
export function visibilityFrom(a: RgbImage): (b: RgbImage) => Visibility {
  const dssim = dssimFrom(a);
  return (b) => ({ dssim: dssim(b), ...differenceOf(a, b) });
}

/** The same pixel by pixel, without the structure. */
export function differenceOf(a: RgbImage, b: RgbImage): Omit<Visibility, 'dssim'> {
  let [squares, largest] = [0, 0];
  for (let i = 0; i < a.data.length; i++) {
    const difference = Math.abs(a.data[i] - b.data[i]);
    squares += difference * difference;
    largest = Math.max(largest, difference);
  }
  const psnr = squares === 0 ? null : 10 * Math.log10((255 * 255 * a.data.length) / squares);
  return { psnr, l2: Math.sqrt(squares) / 255, linf: largest / 255 };
}
