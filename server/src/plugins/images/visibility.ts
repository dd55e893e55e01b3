import { ok } from '../../protocol/errors.js';
import type { LoadContext } from '../declare.js';

export type { Budget } from '../../compute/perturbations/visibility/budget.js';
export type { Visibility, VisibilityMeter } from '../../compute/perturbations/visibility/meter.js';

/** What compares a perturbed photograph with its original, natives and all. Problem: `weights-changed`. */
export async function loadVisibilityMeter({ folder, threads }: Pick<LoadContext, 'folder' | 'threads'>) {
  const { VisibilityMeter } = await import('../../compute/perturbations/visibility/meter.js');
  const { requireWeights } = await import('../../compute/faces/weights.js');
  const weights = await requireWeights();
  return weights.ok ? ok(await VisibilityMeter.load(folder, threads)) : weights;
}

/** What says how visible it is by a model of LPIPS. Problems: `lpips-unfit`, `weights-changed`. */
export async function loadLpipsMeter(file: string, { folder, threads }: Pick<LoadContext, 'folder' | 'threads'>) {
  const { LpipsMeter } = await import('../../compute/perturbations/visibility/lpips-meter.js');
  const { requireWeights } = await import('../../compute/faces/weights.js');
  const weights = await requireWeights();
  return weights.ok ? LpipsMeter.load(file, folder, threads) : weights;
}

/** What compares a photograph with what was made of it at its own size, but for what takes a face. */
export async function sizeMeter() {
  const { SizeMeter } = await import('../../compute/perturbations/visibility/meter.js');
  return new SizeMeter();
}
