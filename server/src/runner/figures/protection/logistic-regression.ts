import { itemAt } from '../../../protocol/item-at.js';
/** Rows of features in [rows, features] order, each with its class 0 … `classes` − 1. */
export interface LabelledRows {
  readonly data: Float64Array;
  readonly features: number;
  readonly labels: readonly number[];
  readonly classes: number;
}

/** Weights [classes, features + 1]; the last of each class is its intercept. */
export type Weights = Float64Array;

/**
 * So small a share of the first gradient that where a fit began cannot be told from where it ended: a start that has seen
 * other rows would go on speaking for them.
 */
const TOLERANCE = 1e-7;
const MOST_STEPS = 2000;
/** Pairs of steps and changes of the gradient that stand for the loss's curvature. */
const MEMORY = 12;

/**
 * Multinomial logistic regression with an L2 penalty of half the squared weights, intercepts left out: the optimum of
 * scikit-learn's `LogisticRegression` at its default C = 1, of which there is one. Solved from zero by L-BFGS (Nocedal and
 * Wright, Numerical Optimization, 2006, algorithm 7.5) with steps that are halved until the loss falls by Armijo's rule.
 */
export function fitLogistic(rows: LabelledRows): Weights {
  let at = new Float64Array(rows.classes * (rows.features + 1));
  let { loss, gradient } = lossOf(rows, at);
  const goal = TOLERANCE * Math.max(1, norm(gradient));
  const steps: { moved: Float64Array; changed: Float64Array; product: number }[] = [];
  for (let n = 0; n < MOST_STEPS && norm(gradient) > goal; n++) {
    const direction = downhill(gradient, steps);
    const slope = dot(direction, gradient);
    let step = n === 0 ? 1 / norm(gradient) : 1;
    let next = plus(at, direction, step);
    let there = lossOf(rows, next);
    while (there.loss > loss + 1e-4 * step * slope && step > 1e-12) {
      step /= 2;
      next = plus(at, direction, step);
      there = lossOf(rows, next);
    }
    // As low as doubles tell apart.
    if (there.loss > loss) break;
    const moved = plus(next, at, -1);
    const changed = plus(there.gradient, gradient, -1);
    const product = dot(moved, changed);
    if (product > 0) steps.push({ moved, changed, product });
    if (steps.length > MEMORY) steps.shift();
    [at, loss, gradient] = [next, there.loss, there.gradient];
  }
  return at;
}

/** The two loops of L-BFGS. */
function downhill(
  gradient: Float64Array,
  steps: readonly { moved: Float64Array; changed: Float64Array; product: number }[],
): Float64Array {
  let direction = gradient.map((value) => -value);
  const shares = steps.map(() => 0);
  for (const [n, { moved, changed, product }] of [...steps.entries()].reverse()) {
    shares[n] = dot(moved, direction) / product;
    direction = plus(direction, changed, -itemAt(shares, n));
  }
  const last = steps.at(-1);
  if (last) direction = direction.map((value) => (value * last.product) / dot(last.changed, last.changed));
  for (const [n, { moved, changed, product }] of steps.entries()) {
    direction = plus(direction, moved, itemAt(shares, n) - dot(changed, direction) / product);
  }
  return direction;
}

function plus(a: Float64Array, b: Float64Array, scale: number): Float64Array<ArrayBuffer> {
  const sum = new Float64Array(a.length);
  for (let i = 0; i < sum.length; i++) sum[i] = (a[i] as number) + scale * (b[i] as number);
  return sum;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** The class of a row of features that the weights find likeliest. */
export function classify(weights: Weights, row: Float64Array, classes: number): number {
  const scores = scoresOf(weights, row, 0, row.length, classes);
  return scores.reduce((best, score, k) => (score > (scores[best] as number) ? k : best), 0);
}

/** Over all rows, with the penalty, and the gradient of it. */
export function lossOf(rows: LabelledRows, weights: Weights): { loss: number; gradient: Float64Array } {
  const { data, features, labels, classes } = rows;
  const width = features + 1;
  const gradient = weights.map((value, i) => (i % width === features ? 0 : value));
  let loss = dot(gradient, gradient) / 2;
  for (const [row, label] of labels.entries()) {
    const scores = scoresOf(weights, data, row * features, features, classes);
    const highest = scores.reduce((a, b) => Math.max(a, b));
    const powers = scores.map((score) => Math.exp(score - highest));
    const sum = powers.reduce((a, b) => a + b);
    loss += highest + Math.log(sum) - itemAt(scores, label);
    for (let k = 0; k < classes; k++) {
      const error = (powers[k] as number) / sum - (k === label ? 1 : 0);
      addScaled(gradient, k * width, error, data, row * features, features);
    }
  }
  return { loss, gradient };
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

function norm(vector: Float64Array): number {
  return Math.sqrt(dot(vector, vector));
}
