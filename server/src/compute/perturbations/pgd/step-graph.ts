import { GraphBuilder } from '../../../onnx/build.js';
import { toUnitLength } from '../../../onnx/pixel-network.js';
import type { Term } from '../../../onnx/term.js';
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

/** The unperturbed photograph's features, computed once. */
export function cleanGraph(placed: readonly PlacedSurrogate[]): AttackGraph {
  const g = new GraphBuilder('pgd_clean');
  const region = input(g, 'region', REGION);
  for (const [n, each] of placed.entries()) {
    g.output(featuresOf(each, region, gridOf(g, each, n)).name, 'float32', [1, `length_${n}`], `features_${n}`);
  }
  return { model: g.toModel() };
}

/**
 * The loss of a photograph, region and change, is minus the mean over the surrogates of ‖F(x′) − F(x)‖², F of length 1:
 * what lowers it moves the face away from itself. Of an attack that is aimed at a face, F(x) is that face's, and the loss
 * the distance itself.
 */
export function stepGraph(placed: readonly PlacedSurrogate[], aimed: boolean): AttackGraph {
  const g = new GraphBuilder('pgd_step');
  const perturbed = input(g, 'region', REGION).add(input(g, 'change', REGION));
  const distances = placed.map((each, n) => {
    const clean = input(g, `features_${n}`, [1, `length_${n}`]);
    return squaredDistance(featuresOf(each, perturbed, gridOf(g, each, n)), clean);
  });
  const distance = distances.reduce((sum, other) => sum.add(other)).div(distances.length);
  g.output((aimed ? distance : distance.neg()).name, 'float32', [], 'loss');
  return { model: g.toModel(), gradient: { output: 'loss', wrt: ['change'] } };
}

function featuresOf({ surrogate, by }: PlacedSurrogate, region: Term, grid: Term): Term {
  const [features] = rawFeaturesOfEach(surrogate, [chipOfRegion(region, by, grid)]);
  return toUnitLength(features);
}
