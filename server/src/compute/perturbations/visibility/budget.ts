import { fail, ok, type Result } from '../../../protocol/errors.js';
import type { RgbImage } from '../../images/decode.js';
import { Random } from '../../random.js';
import type { Visibility } from './visibility.js';

/** How visible a perturbation is to be. */
export type Budget = { readonly dssim: number } | { readonly psnr: number };

/** What is reached lies between this share of the budget and the budget: of the DSSIM, or of the mean square of the change. */
const LEAST_SHARE = 0.99;
/** What is aimed at. */
const AIM = 0.995;
const ATTEMPTS = 40;
/** Times a change of one level this is all that a value can change by. */
const STRONGEST = 255;

/**
 * The photograph with its change times one factor, found by bisection, so that it is as visible as the budget says after
 * rounding to 8 bits, or at most 1 % less. Values are rounded up or down at random, as likely as their fraction says: a
 * change of few levels could not be made a little weaker otherwise. `budget-unreached` where no factor reaches it.
 */
export function scaledToBudget(
  original: RgbImage,
  perturbed: RgbImage,
  budget: Budget,
  measure: (image: RgbImage) => Visibility,
): Result<RgbImage> {
  const target = 'dssim' in budget ? budget.dssim : squareOf(budget.psnr);
  const sizeOf = ({ dssim, psnr }: Visibility) => ('dssim' in budget ? dssim : psnr === null ? 0 : squareOf(psnr));
  const random = new Random(1, 'rounding');
  const rounding = Uint8Array.from(original.data, () => random.between(0, 256));
  let [low, high, strength] = [0, Number.POSITIVE_INFINITY, 1];
  let closest = 0;
  for (let attempt = 0; attempt < ATTEMPTS && strength <= STRONGEST; attempt++) {
    const image = strengthened(original, perturbed, strength, rounding);
    const size = sizeOf(measure(image));
    if (size === null) return unreached('the face is smaller than the window of the measure');
    if (size <= target && size >= LEAST_SHARE * target) return ok(image);
    if (size < target) [low, closest] = [strength, size];
    else high = strength;
    strength = between(low, high, strength * Math.sqrt((AIM * target) / Math.max(size, 1e-12)));
  }
  const reached = 'dssim' in budget ? closest.toPrecision(3) : `${(-10 * Math.log10(closest)).toFixed(1)} dB`;
  return unreached(closest === 0 ? 'nothing of the face is changed' : `it comes to ${reached} at most`);
}

/** Of the mean squared difference of values of 0–1, which grows with the change as DSSIM does. */
function squareOf(psnr: number): number {
  return 10 ** (-psnr / 10);
}

/** A guess where it lies well within the bracket, else the bracket's middle; beyond what was tried not too far at once. */
function between(low: number, high: number, guess: number): number {
  if (high === Number.POSITIVE_INFINITY) return Math.min(Math.max(guess, 1.02 * low), 4 * low);
  const margin = 0.02 * (high - low);
  return guess > low + margin && guess < high - margin ? guess : (low + high) / 2;
}

function strengthened(original: RgbImage, perturbed: RgbImage, strength: number, rounding: Uint8Array): RgbImage {
  const data = new Uint8Array(original.data.length);
  for (let i = 0; i < data.length; i++) {
    const value = original.data[i] + strength * (perturbed.data[i] - original.data[i]);
    data[i] = Math.max(0, Math.min(255, Math.floor(value + rounding[i] / 256)));
  }
  return { ...original, data };
}

function unreached(why: string): Result<never> {
  const hint = 'Ask for less, or make the perturbation itself stronger.';
  return fail('budget-unreached', `It cannot be brought to its budget of visibility: ${why}`, { hint });
}
