import type { Result } from '../../../protocol/errors.js';
import { gridTensor, type Pursuit, RegionAttack } from '../region/region-attack.js';
import type { Surrogates } from '../surrogates.js';
import { diversified } from './diversity.js';
import { SignDescent, type SignSteps } from './sign-steps.js';
import { cleanGraph, stepGraph } from './step-graph.js';

export interface PgdOptions extends SignSteps {
  readonly steps: number;
  /** The probability with which a step sees a chip resized and moved. */
  readonly diversity: number;
  readonly seed: number;
  /** Whether photographs are moved towards another face. */
  readonly aimed: boolean;
}

/**
 * PGD away from a face's own features, or towards another's, from a random start in the ball: at the photograph itself the distance that is
 * raised has no gradient. `surrogate-unfit` and its like where a surrogate cannot be followed.
 */
export function openPgd(options: PgdOptions, surrogates: Surrogates, threads: number): Promise<Result<RegionAttack>> {
  return RegionAttack.load(pursuitOf(options, surrogates), surrogates, threads);
}

function pursuitOf(options: PgdOptions, surrogates: Surrogates): Pursuit {
  const { seed, steps, diversity, epsilon } = options;
  const sizes = surrogates.all.map(({ size }) => size);
  return {
    name: 'pgd',
    seed,
    steps,
    clean: cleanGraph,
    step: (placed) => stepGraph(placed, options.aimed),
    begin: ({ pixels }, chips, random) => {
      const change = pixels.data.map((value) =>
        Math.max(-value, Math.min(255 - value, random.between(-epsilon, epsilon))),
      );
      const descent = new SignDescent(pixels.data, change, options);
      const seen = (n: number) => diversified(chips[n].grid, sizes[n], diversity, random);
      const next = () => Object.fromEntries(sizes.map((size, n) => [`grid_${n}`, gridTensor(seen(n), size)] as const));
      return { change, next, move: (gradient) => descent.move(gradient) };
    },
  };
}
