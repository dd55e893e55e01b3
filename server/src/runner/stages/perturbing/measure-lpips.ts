import { readFile } from 'node:fs/promises';
import { readUnchanged } from '../../../plugins/images/read-unchanged.js';
import { loadLpipsMeter } from '../../../plugins/images/visibility.js';
import type { Problem } from '../../../protocol/errors.js';
import { itemAt } from '../../../protocol/item-at.js';
import type { PerturbationUse } from '../../../stages/spec.js';
import { cachedFacts } from '../../../store/cache/cached-facts.js';
import { keyOf } from '../../../store/files.js';
import { type RunContext, workContext } from '../../context.js';
import { withCores } from '../../cores.js';
import { Halt } from '../../halt.js';
import { hashModel } from '../../model-key.js';
import type { PerturbedImage } from './perturbing-work.js';

/** Raise it when the same photographs and the same model give another number. */
const VERSION = 1;

/** LPIPS of a photograph, or why the model gives none. */
type Measured = { readonly lpips: number } | { readonly why: string };

/**
 * The photographs with how visible they are by the model of LPIPS that the perturbation names; those that the model cannot
 * take are told of, and have none. Halts with `lpips-unfit` where it is no such model.
 */
export async function withLpips(
  context: RunContext,
  { name, lpips: file }: PerturbationUse,
  images: readonly PerturbedImage[],
): Promise<{ images: readonly PerturbedImage[]; cached: boolean }> {
  if (file === undefined) return { images, cached: true };
  const from = {
    version: VERSION,
    model: await hashModel(context, file),
    pairs: keyOf(images.map(({ original, hash }) => [original.hash, hash])),
  };
  const { value, cached } = await cachedFacts(context, 'lpips', from, () =>
    withCores(context, () => measure(context, name, file, images)),
  );
  const left = value.flatMap((one) => ('why' in one ? one.why : []));
  if (left.length > 0) {
    context.warn({
      code: 'lpips-unmeasured',
      message: `${name}: ${left.length} of ${images.length} photographs have no LPIPS: ${left[0]}`,
      specPath: ['poison', name, 'lpips'],
      hint: 'They are not in its mean. LPIPS takes faces of some 32 pixels and more.',
    });
  }
  const lpipsOf = (n: number) => {
    const one = itemAt(value, n);
    return 'lpips' in one ? one.lpips : null;
  };
  return {
    images: images.map((image, n) => ({ ...image, visibility: { ...image.visibility, lpips: lpipsOf(n) } })),
    cached,
  };
}

async function measure(
  context: RunContext,
  name: string,
  file: string,
  images: readonly PerturbedImage[],
): Promise<Measured[]> {
  const { cache, threads, signal } = context;
  const meter = await loadLpipsMeter(file, { folder: cache.of('plugins', 'visibility'), threads });
  if (!meter.ok) throw new Halt(placed(meter.problem, name));
  const { progress } = workContext(context, 'poison', `${name}, LPIPS`);
  const measured: Measured[] = [];
  try {
    for (const { original, file: perturbed } of images) {
      signal.throwIfAborted();
      const found = await meter.value.measure(await readUnchanged(original), await readFile(perturbed));
      if (!found.ok && found.problem.code !== 'lpips-unmeasured') throw new Halt(found.problem);
      measured.push(found.ok ? { lpips: found.value } : { why: found.problem.message });
      progress(measured.length, images.length);
    }
  } finally {
    await meter.value.close();
  }
  return measured;
}

function placed(problem: Problem, name: string): Problem {
  return { ...problem, specPath: ['poison', name, 'lpips'] };
}
