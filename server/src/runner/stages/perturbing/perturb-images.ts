import type { Family } from '../../../plugins/declare.js';
import type { Problem } from '../../../protocol/errors.js';
import type { PluginUse } from '../../../stages/spec.js';
import { PerturbedStore } from '../../../store/cache/perturbed.js';
import { loadPlugin, type RunContext } from '../../context.js';
import { pluginKey } from '../../model-key.js';
import { perturbRate } from '../../planning/measured-rates.js';
import type { HashedImage } from '../list-images.js';
import { type Fit, fitToBudgets } from './fit-to-budgets.js';
import {
  type Making,
  type PerturbedImage,
  type PerturbedImages,
  PerturbingWork,
  sectionOf,
} from './perturbing-work.js';

export type { PerturbedImage, PerturbedImages };

/** What is to be made of photographs: a perturbation, or what a countermeasure makes of a version of them. */
export interface MadeBy {
  readonly family: Extract<Family, 'perturbation' | 'countermeasure'>;
  /** Of the version. */
  readonly name: string;
  readonly use: PluginUse;
  /** Under which name its section has it. */
  readonly entry: string;
  /** How visible it is to be. */
  readonly fit?: Fit;
}

/** Makes what is not in the cache yet, as visible as it is to be; photographs of which nothing can be made are counted out and named. */
export async function perturbImages(
  context: RunContext,
  by: MadeBy,
  images: readonly HashedImage[],
  all = images,
): Promise<PerturbedImages> {
  const plugin = await loadPlugin(context, by.family, by.use);
  const key = await pluginKey(context, by.family, by.use);
  const store = new PerturbedStore(context.cache.of('perturbed', key));
  const making = { family: by.family, name: by.name, use: { use: by.use.use, params: by.use.params }, plugin };
  const work = new PerturbingWork(context, making, store);
  try {
    await work.recall(images, all);
    const computed = await work.computeMissing();
    if (computed.images > 0) await context.rates.record(perturbRate(key), computed.images / computed.seconds);
    const { cached, ...result } = await fitToBudgets(context, by.name, by.fit, work.result());
    const problem = await sayWhatIsLeftOut(context, making, [sectionOf(by), by.entry], result);
    return { ...result, problem, suffix: plugin.suffix, cached: cached && computed.images === 0 };
  } finally {
    await work.close();
  }
}

/** Warns of photographs without a version. Nothing found is no finding: where all are without one it is a problem. */
async function sayWhatIsLeftOut(
  context: RunContext,
  { name, plugin, family }: Making,
  specPath: string[],
  { images, leftOut }: Pick<PerturbedImages, 'images' | 'leftOut'>,
): Promise<Problem | undefined> {
  const { 'no-face': faceless = 0, ...refused } = leftOut;
  const count = Object.values(refused).reduce((sum, each) => sum + each, 0);
  if (count > 0) {
    const reasons = Object.entries(refused).map(([code, each]) => `${each} ${code}`);
    const what =
      family === 'perturbation' ? 'no perturbed version that can be used' : 'nothing behind it that can be used';
    const message = `${name}: ${count} of ${images.length + faceless + count} photographs have ${what} (${reasons.join(', ')})`;
    const advice = refused['perturbed-missing'] ? await plugin.advice?.() : undefined;
    const said = { message: advice ? `${message}. ${advice}` : message, specPath };
    const hint = `They are named in the results, each with its reason${family === 'perturbation' ? '; `pattern:` says how versions are named' : ''}.`;
    if (images.length === 0) return { code: 'perturbation-empty', ...said, hint };
    context.warn({ code: 'perturbed-left-out', ...said, hint });
  }
  const unchanged = family === 'perturbation' ? images.filter(({ changed }) => !changed).length : 0;
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
