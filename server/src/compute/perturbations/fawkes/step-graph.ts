import { GraphBuilder } from '../../../onnx/build.js';
import { Term } from '../../../onnx/term.js';
import type { Surrogate } from '../../../plugins/declare.js';
import type { AttackGraph } from '../attack-session.js';
import { featuresOf } from '../surrogates.js';
import { SSIM_BORDER, structuralSimilarity, windowStatistics } from '../visibility/ssim.js';
import { LARGEST_CHANGE, PENALTY, TANH_RANGE } from './settings.js';

/** What of the unperturbed photographs each step needs, computed once: window statistics and features. */
export function cleanGraph(surrogates: readonly Surrogate[], size: number): AttackGraph {
  const g = new GraphBuilder('fawkes_clean');
  const crop = input(g, 'crop', ['batch', 3, size, size]);
  const { mean, variance } = windowStatistics(crop);
  const windows = size - 2 * SSIM_BORDER;
  g.output(mean.name, 'float32', ['batch', 3, windows, windows], 'mean');
  g.output(variance.name, 'float32', ['batch', 3, windows, windows], 'variance');
  for (const [n, surrogate] of surrogates.entries()) {
    const chip = input(g, `chip_${n}`, ['batch', 3, surrogate.size, surrogate.size]);
    g.output(featuresOf(surrogate, chip).name, 'float32', ['batch', `length_${n}`], `features_${n}`);
  }
  return { model: g.toModel() };
}

/**
 * One step of Fawkes (docs/constants.md) for a batch of crops of `size` pixels. Of each photograph: the crop changed in tanh
 * space and rounded gives the dissimilarity D; the change, brought to where a surrogate's chip lies, its features
 * F(x′). The loss is the sum over the batch of 10⁶·max(D − budget, 0)² − c·Σ‖F(x′) − F(x)‖² / ‖F(x)‖, F of length 1. Of a
 * cloak that is aimed at a face, F(x) is that face's, and the distance is added.
 */
export function stepGraph(surrogates: readonly Surrogate[], size: number, budget: number, aimed = false): AttackGraph {
  const g = new GraphBuilder('fawkes_step');
  const windows = size - 2 * SSIM_BORDER;
  const crop = input(g, 'crop', ['batch', 3, size, size]);
  const variable = input(g, 'start', ['batch', 3, size, size]).add(input(g, 'modifier', ['batch', 3, size, size]));
  const pixels = variable.tanh().div(TANH_RANGE).add(0.5).mul(255);
  const free = pixels.sub(crop).apply('Clip', [-LARGEST_CHANGE, LARGEST_CHANGE]);
  const change = free.mul(input(g, 'mask', ['batch', 1, size, size]));
  const { rounded, rounding } = roundedTo8Bit(crop.add(change));
  const statistics = {
    mean: input(g, 'mean', ['batch', 3, windows, windows]),
    variance: input(g, 'variance', ['batch', 3, windows, windows]),
  };
  const similarity = structuralSimilarity(crop, statistics, rounded);
  const weighted = similarity.mul(input(g, 'weight', ['batch', 1, windows, windows]));
  const dssim = perImage(weighted).neg().add(1).mul(0.5);
  const distance = surrogates
    .map((surrogate, n) => featureDistance(g, surrogate, n, change))
    .reduce((sum, other) => sum.add(other));
  const beyond = dssim.sub(budget).max(0);
  const penalty = beyond.mul(beyond).mul(PENALTY);
  const moved = input(g, 'c', ['batch']).mul(distance);
  const losses = aimed ? penalty.add(moved) : penalty.sub(moved);
  g.output(losses.apply('ReduceSum', [], { keepdims: 0 }).name, 'float32', [], 'loss');
  g.output(dssim.name, 'float32', ['batch'], 'dssim');
  g.output(distance.name, 'float32', ['batch'], 'distance');
  g.output(change.name, 'float32', ['batch', 3, size, size], 'change');
  return { model: g.toModel(), gradient: { output: 'loss', wrt: ['modifier'], constants: [rounding.name] } };
}

function input(g: GraphBuilder, name: string, shape: readonly (number | string)[]): Term {
  return new Term(g, g.input(name, 'float32', shape), 'float32');
}

/** Pixels as a file will hold them. Rounding has no gradient of use: what it adds is to be taken for a constant. */
function roundedTo8Bit(pixels: Term): { rounded: Term; rounding: Term } {
  const rounding = pixels.apply('Round').apply('Clip', [0, 255]).sub(pixels);
  return { rounded: pixels.add(rounding), rounding };
}

/** ‖F(x′) − F(x)‖² / ‖F(x)‖ of each photograph; ‖F(x)‖ is 1. */
function featureDistance(g: GraphBuilder, surrogate: Surrogate, n: number, change: Term): Term {
  const side = surrogate.size;
  const grid = input(g, `grid_${n}`, ['batch', side, side, 2]);
  const chip = input(g, `chip_${n}`, ['batch', 3, side, side]).add(change.apply('GridSample', [grid]));
  const difference = featuresOf(surrogate, chip).sub(input(g, `features_${n}`, ['batch', `length_${n}`]));
  return perImage(difference.mul(difference));
}

/** The sum of each image's elements, [batch]. */
function perImage(values: Term): Term {
  const flat = values.apply('Flatten', [], { axis: 1 });
  return flat.apply('ReduceSum', [values.ints(1)], { keepdims: 0 });
}
