import { GraphBuilder } from '../../../onnx/build.js';
import { includeModel } from '../../../onnx/include.js';
import type { ModelProto } from '../../../onnx/onnx_pb.js';
import { toUnitLength } from '../../../onnx/pixel-network.js';
import { graphOf } from '../../../onnx/read.js';
import { Term } from '../../../onnx/term.js';
import type { AttackGraph } from '../attack-session.js';
import {
  chipOfRegion,
  gridOf,
  input,
  type PlacedSurrogate,
  REGION,
  rawFeaturesOfEach,
  squaredDistance,
} from '../region/region-graph.js';
import { gaussian, SSIM_BORDER, structuralSimilarity, windowStatistics } from '../visibility/ssim.js';
import { BLUR } from './settings.js';

/** How visible a change is: by LPIPS where there is a model of it, else by DSSIM; and what that counts. */
export interface Perception {
  readonly lpips?: ModelProto;
  readonly weight: number;
}

const WINDOWS = [1, 3, ...REGION.slice(2).map((side) => `${side} - ${2 * SSIM_BORDER}`)];

/** What of the unperturbed photograph each step needs, computed once: its features, A(x), and window statistics. */
export function cleanGraph(placed: readonly PlacedSurrogate[], perception: Perception): AttackGraph {
  const g = new GraphBuilder('lowkey_clean');
  const region = input(g, 'region', REGION);
  for (const [n, each] of placed.entries()) {
    const [features] = aligned(each, [region], gridOf(g, each, n));
    g.output(features.name, 'float32', [1, `length_${n}`], `features_${n}`);
  }
  if (!perception.lpips) {
    const { mean, variance } = windowStatistics(region);
    g.output(mean.name, 'float32', WINDOWS, 'mean');
    g.output(variance.name, 'float32', WINDOWS, 'variance');
  }
  return { model: g.toModel() };
}

/**
 * One step of LowKey (docs/constants.md) on the region of one photograph: the loss is the weighted visibility of the change
 * (LPIPS; or DSSIM, times `faces`, by how much the region is larger than the face's square) minus the mean of ‖A(·) − A(x)‖² / ‖A(x)‖ over the surrogates and over x′ and the blurred x′. A is the alignment, the
 * network of the chip and of its mirror image, and the sum of both brought to length 1.
 */
export function stepGraph(placed: readonly PlacedSurrogate[], perception: Perception, aimed = false): AttackGraph {
  const g = new GraphBuilder('lowkey_step');
  const region = input(g, 'region', REGION);
  const perturbed = region.add(input(g, 'change', REGION));
  const branches = [perturbed, blurred(perturbed)];
  const distances = placed.flatMap((each, n) => {
    const clean = input(g, `features_${n}`, [1, `length_${n}`]);
    return aligned(each, branches, gridOf(g, each, n)).map((features) => squaredDistance(features, clean));
  });
  const distance = distances.reduce((sum, other) => sum.add(other)).div(distances.length);
  const visibility = perception.lpips
    ? lpips(perception.lpips, region, perturbed)
    : dssim(region, perturbed).mul(input(g, 'faces', []));
  const loss = aimed
    ? visibility.mul(perception.weight).add(distance)
    : visibility.mul(perception.weight).sub(distance);
  g.output(loss.name, 'float32', [], 'loss');
  return { model: g.toModel(), gradient: { output: 'loss', wrt: ['change'] } };
}

function blurred(pixels: Term): Term {
  const border = (BLUR.window - 1) / 2;
  const pads = pixels.ints(0, 0, border, border, 0, 0, border, border);
  return gaussian(pixels.apply('Pad', [pads], { mode: 'reflect' }), 3, BLUR.window, BLUR.sigma);
}

/** The surrogate's features of each view of the region. */
function aligned({ surrogate, by }: PlacedSurrogate, views: readonly Term[], grid: Term): Term[] {
  const chips = views.flatMap((view) => {
    const chip = chipOfRegion(view, by, grid);
    return [chip, chip.reversed(3)];
  });
  const features = rawFeaturesOfEach(surrogate, chips);
  return views.map((_, n) => toUnitLength(features[2 * n].add(features[2 * n + 1])));
}

function dssim(x: Term, y: Term): Term {
  const statistics = { mean: input(x.builder, 'mean', WINDOWS), variance: input(x.builder, 'variance', WINDOWS) };
  // The mean of what is small: that of the similarities, all near 1, would lose digits.
  const dissimilarity = structuralSimilarity(x, statistics, y).neg().add(1);
  return dissimilarity.apply('ReduceMean', [], { keepdims: 0 }).mul(0.5);
}

/** LPIPS (Zhang et al., CVPR 2018) of two images in [−1, 1]. */
export function lpips(model: ModelProto, x: Term, y: Term): Term {
  const { inputs, outputs } = graphOf(model);
  const scaled = [x, y].map((image) => image.div(127.5).sub(1).name);
  const included = includeModel(x.builder, model, { [inputs[0].name]: scaled[0], [inputs[1].name]: scaled[1] });
  if (!included.ok) throw new Error(included.problem.message);
  const distance = new Term(x.builder, included.value.get(outputs[0].name) as string, 'float32');
  return distance.apply('ReduceSum', [], { keepdims: 0 });
}
