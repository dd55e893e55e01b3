import { Tensor } from 'onnxruntime-node';
import { fail, type Result } from '../../../protocol/errors.js';
import { type Pursuit, RegionAttack } from '../region/region-attack.js';
import type { Surrogates } from '../surrogates.js';
import { FIRST_NOISE, STEP_SIZE } from './settings.js';
import { cleanGraph, type Perception, stepGraph } from './step-graph.js';

export interface LowKeyOptions {
  readonly steps: number;
  readonly perception: Perception;
  readonly seed: number;
  /** Whether photographs are moved towards another face. */
  readonly aimed?: boolean;
}

/** Chips of a step: the photograph and the blurred one, each with its mirror image. */
const CHIPS = 4;

/**
 * LowKey (Cherepanova et al., ICLR 2021) with any surrogates: sign steps against the gradient. `surrogate-unfit` and its
 * like where a surrogate, or the model of LPIPS, cannot be followed.
 */
export async function openLowKey(
  options: LowKeyOptions,
  surrogates: Surrogates,
  threads: number,
): Promise<Result<RegionAttack>> {
  if (CHIPS % (surrogates.batch ?? 1) !== 0) {
    const message = `A surrogate takes ${surrogates.batch} images at once; LowKey gives it 1, 2 or ${CHIPS}`;
    return fail('surrogate-unfit', message, { hint: 'Export it with a free batch dimension.' });
  }
  return RegionAttack.load(pursuitOf(options), surrogates, threads);
}

function pursuitOf({ steps, perception, seed, aimed }: LowKeyOptions): Pursuit {
  return {
    name: 'lowkey',
    seed,
    steps,
    clean: (placed) => cleanGraph(placed, perception),
    step: (placed) => stepGraph(placed, perception, aimed),
    inputs: perception.lpips ? undefined : ({ faces }) => ({ faces: new Tensor('float32', [faces], []) }),
    begin: ({ pixels }, _, random) => {
      const change = pixels.data.map(() => random.between(-FIRST_NOISE, FIRST_NOISE));
      const move = (gradient: Float32Array) => {
        for (let i = 0; i < change.length; i++) change[i] -= STEP_SIZE * Math.sign(gradient[i]);
      };
      return { change, move };
    },
  };
}
