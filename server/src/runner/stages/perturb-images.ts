import type { PerturbationUse } from '../../experiment/types.js';
import { PerturbedStore } from '../../store/cache/perturbed.js';
import { loadPlugin, type RunContext } from '../context.js';
import { perturbRate } from '../measured-rates.js';
import { pluginKey } from '../model-key.js';
import type { HashedImage } from './list-images.js';
import { PerturbingWork } from './perturbing-work.js';

/** A saved perturbed photograph, and how it differs from its original. */
export interface PerturbedImage {
  readonly original: HashedImage;
  /** The PNG in the cache. */
  readonly file: string;
  readonly hash: string;
  readonly dssim: number | null;
  readonly linf: number;
}

export interface PerturbedImages {
  readonly images: readonly PerturbedImage[];
  /** What follows the stem of a photograph's name in that of its perturbed version. */
  readonly suffix: string;
  /** Over all photographs, whenever they were perturbed. */
  readonly seconds: number;
  readonly cached: boolean;
}

/** Perturbs what is not in the cache yet; photographs that cannot be perturbed are counted out and named. */
export async function perturbImages(
  context: RunContext,
  use: PerturbationUse,
  images: readonly HashedImage[],
): Promise<PerturbedImages> {
  const plugin = await loadPlugin(context, 'perturbation', use);
  const key = await pluginKey(context, 'perturbation', use);
  const store = new PerturbedStore(context.cache.of('perturbed', key), context.files);
  const work = new PerturbingWork(context, use, plugin, store);
  try {
    await work.recall(images);
    const computed = await work.computeMissing();
    if (computed.images > 0) await context.rates.record(perturbRate(key), computed.images / computed.seconds);
    return { ...work.result(), suffix: plugin.suffix, cached: computed.images === 0 };
  } finally {
    await work.close();
  }
}
