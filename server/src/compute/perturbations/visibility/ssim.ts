import type { GraphBuilder } from '../../../onnx/build.js';
import { Term } from '../../../onnx/term.js';

/**
 * Structural similarity (Wang, Bovik, Sheikh, Simoncelli, IEEE TIP 13, 2004) of RGB images of 0–255, as Fawkes
 * measures it: Gaussian windows of 11 pixels, σ 1.5, that lie in the image whole.
 */
const WINDOW = 11;
const SIGMA = 1.5;
const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;

/** How many pixels at each border are the centre of no window. */
export const SSIM_BORDER = (WINDOW - 1) / 2;

/** Of each window of an image, [batch, 3, height − 10, width − 10]. */
export interface WindowStatistics {
  readonly mean: Term;
  readonly variance: Term;
}

export function windowStatistics(x: Term): WindowStatistics {
  const [mean, square] = gaussian(x.concatAt(1, x.mul(x)), 6, WINDOW, SIGMA).split(1, x.ints(3, 3), 2);
  return { mean, variance: square.sub(mean.mul(mean)) };
}

/** SSIM of each window of `y` with that of `x`, whose statistics are given: [batch, 3, height − 10, width − 10]. */
export function structuralSimilarity(x: Term, { mean, variance }: WindowStatistics, y: Term): Term {
  const averages = gaussian(y.concatAt(1, y.mul(y), x.mul(y)), 9, WINDOW, SIGMA);
  const [meanY, squareY, product] = averages.split(1, x.ints(3, 3, 3), 3);
  const [both, squareOfMeanY] = [mean.mul(meanY), meanY.mul(meanY)];
  const luminance = both.mul(2).add(C1).div(mean.mul(mean).add(squareOfMeanY).add(C1));
  const spread = variance.add(squareY.sub(squareOfMeanY)).add(C2);
  return luminance.mul(product.sub(both).mul(2).add(C2).div(spread));
}

/** Averages over the Gaussian windows that lie in the image whole, each channel by itself. */
export function gaussian(x: Term, channels: number, size: number, sigma: number): Term {
  const weights = gaussianWeights(size, sigma);
  const down = kernel(x.builder, weights, [channels, 1, size, 1]);
  const across = kernel(x.builder, weights, [channels, 1, 1, size]);
  const rows = x.apply('Conv', [down], { group: channels, kernel_shape: [size, 1] });
  return rows.apply('Conv', [across], { group: channels, kernel_shape: [1, size] });
}

function kernel(g: GraphBuilder, weights: readonly number[], shape: readonly number[]): Term {
  const all = Array.from({ length: shape[0] }, () => weights).flat();
  return new Term(g, g.constant(Float32Array.from(all), shape, 'gaussian'), 'float32');
}

function gaussianWeights(size: number, sigma: number): number[] {
  const at = (n: number) => Math.exp(-((n - (size - 1) / 2) ** 2) / (2 * sigma * sigma));
  const sum = Array.from({ length: size }, (_, n) => at(n)).reduce((total, weight) => total + weight, 0);
  return Array.from({ length: size }, (_, n) => at(n) / sum);
}
