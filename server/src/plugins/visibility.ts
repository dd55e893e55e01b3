import type { LoadContext } from './declare.js';

export type { Visibility, VisibilityMeter } from '../compute/perturbations/visibility.js';

/** What compares a perturbed photograph with its original, natives and all. */
export async function loadVisibilityMeter({ folder, threads }: Pick<LoadContext, 'folder' | 'threads'>) {
  const { VisibilityMeter } = await import('../compute/perturbations/visibility.js');
  return VisibilityMeter.load(folder, threads);
}
