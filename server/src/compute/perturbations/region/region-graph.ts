import type { GraphBuilder } from '../../../onnx/build.js';
import { Term } from '../../../onnx/term.js';
import type { Surrogate } from '../../../plugins/declare.js';
import { rawFeaturesOf } from '../surrogates.js';

/** A surrogate, and how many of the region's pixels are averaged, along a side, before its chip is sampled. */
export interface PlacedSurrogate {
  readonly surrogate: Surrogate;
  readonly by: number;
}

export const REGION = [1, 3, 'height', 'width'] as const;

export function input(g: GraphBuilder, name: string, shape: readonly (number | string)[]): Term {
  return new Term(g, g.input(name, 'float32', shape), 'float32');
}

export function gridOf(g: GraphBuilder, { surrogate: { size } }: PlacedSurrogate, n: number): Term {
  return input(g, `grid_${n}`, [1, size, size, 2]);
}

/** What the surrogate sees of the region, [1, 3, size, size]; black where the grid leads out of it. */
export function chipOfRegion(region: Term, by: number, grid: Term): Term {
  const window = { kernel_shape: [by, by], strides: [by, by] };
  const averaged = by > 1 ? region.apply('AveragePool', [], window) : region;
  return averaged.apply('GridSample', [grid]);
}

/** The raw features of each chip, as many chips at once as the network takes; the last is repeated where they are fewer. */
export function rawFeaturesOfEach(surrogate: Surrogate, chips: readonly Term[]): Term[] {
  const atOnce = surrogate.batch ?? chips.length;
  const features: Term[] = [];
  for (let start = 0; start < chips.length; start += atOnce) {
    const [first, ...others] = Array.from({ length: atOnce }, (_, n) => chips[Math.min(start + n, chips.length - 1)]);
    const rows = rawFeaturesOf(surrogate, others.length > 0 ? first.concatAt(0, ...others) : first);
    const ones = rows.ints(...Array.from({ length: atOnce }, () => 1));
    features.push(...(atOnce > 1 ? rows.split(0, ones, atOnce) : [rows]));
  }
  return features.slice(0, chips.length);
}

/** ‖F(·) − F(x)‖² / ‖F(x)‖ of features of length 1. */
export function squaredDistance(features: Term, clean: Term): Term {
  const difference = features.sub(clean);
  return difference.mul(difference).apply('ReduceSum', [], { keepdims: 0 });
}
