import type { Perturbation } from '../../../plugins/declare.js';
import type { Problem } from '../../../protocol/errors.js';
import type { PerturbationUse } from '../../../stages/spec.js';
import { PerturbedStore } from '../../../store/cache/perturbed.js';
import { loadPlugin, type RunContext } from '../../context.js';
import { pluginKey } from '../../model-key.js';
import { perturbRate } from '../../planning/measured-rates.js';
import type { HashedImage } from '../list-images.js';
import { type PerturbedImage, type PerturbedImages, PerturbingWork } from './perturbing-work.js';

export type { PerturbedImage, PerturbedImages };

/** Perturbs what is not in the cache yet; photographs that cannot be perturbed are counted out and named. */
export async function perturbImages(
  context: RunContext,
  use: PerturbationUse,
  images: readonly HashedImage[],
): Promise<PerturbedImages> {
  const plugin = await loadPlugin(context, 'perturbation', use);
  const key = await pluginKey(context, 'perturbation', use);
  const store = new PerturbedStore(context.cache.of('perturbed', key));
  const work = new PerturbingWork(context, use, plugin, store);
  try {
    await work.recall(images);
    const computed = await work.computeMissing();
    if (computed.images > 0) await context.rates.record(perturbRate(key), computed.images / computed.seconds);
    const result = work.result();
    const problem = await sayWhatIsLeftOut(context, use, plugin, result);
    return { ...result, problem, suffix: plugin.suffix, cached: computed.images === 0 };
  } finally {
    await work.close();
  }
}

/** Warns of photographs without a version. Nothing found is no finding: where all are without one it is a problem. */
async function sayWhatIsLeftOut(
  context: RunContext,
  { name }: PerturbationUse,
  plugin: Perturbation,
  { images, leftOut }: Pick<PerturbedImages, 'images' | 'leftOut'>,
): Promise<Problem | undefined> {
  const { 'no-face': faceless = 0, ...refused } = leftOut;
  const count = Object.values(refused).reduce((sum, each) => sum + each, 0);
  const specPath = ['poison', name];
  if (count > 0) {
    const reasons = Object.entries(refused).map(([code, each]) => `${each} ${code}`);
    const message = `${name}: ${count} of ${images.length + faceless + count} photographs have no perturbed version that can be used (${reasons.join(', ')})`;
    const advice = refused['perturbed-missing'] ? await plugin.advice?.() : undefined;
    const said = { message: advice ? `${message}. ${advice}` : message, specPath };
    const hint = 'They are named in the results, each with its reason; `pattern:` says how versions are named.';
    if (images.length === 0) return { code: 'perturbation-empty', ...said, hint };
    context.warn({ code: 'perturbed-left-out', ...said, hint });
  }
  const unchanged = images.filter(({ linf }) => linf === 0).length;
  if (unchanged > 0) {
    context.warn({
      code: 'perturbed-unchanged',
      message: `${name}: ${unchanged} of ${images.length} perturbed photographs have the very pixels of their originals`,
      specPath,
      hint: 'Its figures count them as perturbed. Are they versions, or originals under another name?',
    });
  }
  return undefined;
}
