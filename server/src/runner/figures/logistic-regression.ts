import { itemAt } from '../../protocol/item-at.js';
/** Rows of features in [rows, features] order, each with its class 0 … `classes` − 1. */
export interface LabelledRows {
  readonly data: Float64Array;
  readonly features: number;
  readonly labels: readonly number[];
  readonly classes: number;
}

/** Weights [classes, features + 1]; the last of each class is its intercept. */
export type Weights = Float64Array;

/** Far enough for classes not to change any more, and little enough for hundreds of fits. */
const MOST_STEPS = 300;
const TOLERANCE = 1e-3;

/**
 * Multinomial logistic regression with an L2 penalty of half the squared weights, intercepts left out: the optimum of
 * scikit-learn's `LogisticRegression` at its default C = 1. Solved by Nesterov's accelerated gradient with restarts
 * (O'Donoghue and Candès, 2015), from `start` where one is given.
 */
export function fitLogistic(rows: LabelledRows, start?: Weights): Weights {
  const size = rows.classes * (rows.features + 1);
  const step = 1 / (largestCurvature(rows) + 1);
  let weights: Weights = start ? Float64Array.from(start) : new Float64Array(size);
  let ahead = weights;
  let momentum = 1;
  const goal = TOLERANCE * Math.max(1, norm(gradientOf(rows, new Float64Array(size))));
  for (let n = 0; n < MOST_STEPS; n++) {
    const gradient = gradientOf(rows, ahead);
    if (norm(gradient) < goal) return ahead;
    const next = ahead.map((value, i) => value - step * (gradient[i] as number));
    const uphill =
      gradient.reduce((sum, value, i) => sum + value * ((next[i] as number) - (weights[i] as number)), 0) > 0;
    const following = uphill ? 1 : (1 + Math.sqrt(1 + 4 * momentum ** 2)) / 2;
    const carry = uphill ? 0 : (momentum - 1) / following;
    const before = weights;
    ahead = next.map((value, i) => value + carry * (value - (before[i] as number)));
    weights = next;
    momentum = following;
  }
  return weights;
}

/** The class of a row of features that the weights find likeliest. */
export function classify(weights: Weights, row: Float64Array, classes: number): number {
  const scores = scoresOf(weights, row, 0, row.length, classes);
  return scores.reduce((best, score, k) => (score > (scores[best] as number) ? k : best), 0);
}

/** Of the loss over all rows, with the penalty. */
export function gradientOf(rows: LabelledRows, weights: Weights): Float64Array {
  const { data, features, labels, classes } = rows;
  const width = features + 1;
  const gradient = weights.map((value, i) => (i % width === features ? 0 : value));
  for (const [row, label] of labels.entries()) {
    const errors = probabilities(scoresOf(weights, data, row * features, features, classes));
    errors[label] = itemAt(errors, label) - 1;
    for (let k = 0; k < classes; k++) {
      addScaled(gradient, k * width, errors[k] as number, data, row * features, features);
    }
  }
  return gradient;
}

/** Adds `scale` times a row of features, which ends with 1, to the numbers from `at`. */
function addScaled(
  sums: Float64Array,
  at: number,
  scale: number,
  data: Float64Array,
  start: number,
  features: number,
): void {
  for (let i = 0; i < features; i++) {
    sums[at + i] = (sums[at + i] as number) + scale * (data[start + i] as number);
  }
  sums[at + features] = itemAt(sums, at + features) + scale;
}

function scoresOf(weights: Weights, data: Float64Array, start: number, features: number, classes: number) {
  const scores = new Float64Array(classes);
  for (let k = 0; k < classes; k++) {
    const at = k * (features + 1);
    let sum = itemAt(weights, at + features);
    for (let i = 0; i < features; i++) sum += (weights[at + i] as number) * (data[start + i] as number);
    scores[k] = sum;
  }
  return scores;
}

function probabilities(scores: Float64Array): Float64Array {
  const highest = scores.reduce((a, b) => Math.max(a, b));
  const powers = scores.map((score) => Math.exp(score - highest));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}

/** A bound of the loss's second derivative: half the largest eigenvalue of XᵀX, by power iteration, and a margin. */
function largestCurvature({ data, features, labels }: LabelledRows): number {
  let vector = Float64Array.from({ length: features + 1 }, (_, i) => 1 + (i % 7));
  let value = 1;
  for (let n = 0; n < 30; n++) {
    const scale = norm(vector);
    vector = vector.map((each) => each / scale);
    const next = new Float64Array(features + 1);
    for (let row = 0; row < labels.length; row++) {
      let dot = itemAt(vector, features);
      for (let i = 0; i < features; i++) dot += (vector[i] as number) * (data[row * features + i] as number);
      addScaled(next, 0, dot, data, row * features, features);
    }
    value = norm(next);
    vector = next;
  }
  return 0.55 * value;
}

function norm(vector: Float64Array): number {
  return Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
}
