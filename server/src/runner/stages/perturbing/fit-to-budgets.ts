import { readFile } from 'node:fs/promises';
import { readUnchanged } from '../../../plugins/images/read-unchanged.js';
import { type Budget, loadVisibilityMeter, type VisibilityMeter } from '../../../plugins/images/visibility.js';
import { fail, ok, type Problem, type Result } from '../../../protocol/errors.js';
import type { PerturbationUse } from '../../../stages/spec.js';
import { type PerturbedOutcome, PerturbedStore } from '../../../store/cache/perturbed.js';
import { keyOf } from '../../../store/files.js';
import type { RunContext } from '../../context.js';
import { withCores } from '../../cores.js';
import { unwrap } from '../../halt.js';
import { type PerturbedImage, type PerturbedImages, perturbedImage } from './perturbing-work.js';

/** Raise it when the same photographs and the same budget give other bytes. */
const VERSION = 1;

/** What another perturbation of the experiment made, by its name. */
export interface PerturbedAlready {
  readonly name: string;
  readonly images: readonly PerturbedImage[];
}

/** How visible a perturbation is to be: by its budget, or as one of the others is. */
export interface Fit extends Pick<PerturbationUse, 'budget' | 'like'> {
  readonly others?: readonly PerturbedAlready[];
}

type Made = Pick<PerturbedImages, 'images' | 'leftOut' | 'seconds'>;

/**
 * Brings each perturbed photograph to the visibility that `budget` or `like` asks for; those that cannot be brought there
 * are counted out and named.
 */
export async function fitToBudgets(
  context: RunContext,
  name: string,
  fit: Fit | undefined,
  made: Made,
): Promise<Made & { cached: boolean }> {
  if (!fit?.budget && fit?.like === undefined) return { ...made, cached: true };
  const fitting = new Fitting(context);
  const images: PerturbedImage[] = [];
  const leftOut: Record<string, number> = { ...made.leftOut };
  for (const image of made.images) {
    context.signal.throwIfAborted();
    const budget = budgetOf(fit, image);
    const fitted = budget.ok ? await fitting.fit(image, budget.value) : budget;
    if (fitted.ok) images.push(fitted.value);
    else leaveOut(context, name, image, fitted.problem, leftOut);
  }
  await fitting.close();
  return { images, leftOut, seconds: made.seconds + fitting.seconds, cached: fitting.computed === 0 };
}

/** What a photograph is to be brought to: what the file says, or what the other perturbation reached on it. */
function budgetOf({ budget, like, others = [] }: Fit, { original }: PerturbedImage): Result<Budget> {
  if (budget) return ok(budget as Budget);
  const other = others.find(({ name }) => name === like)?.images.find((image) => image.original.id === original.id);
  const dssim = other?.visibility.dssim ?? null;
  if (dssim !== null) return ok({ dssim });
  return fail('budget-unreached', `${like} gives no version of it whose DSSIM could be reached`);
}

function leaveOut(
  context: RunContext,
  name: string,
  { original: { id } }: PerturbedImage,
  { code, message }: Problem,
  leftOut: Record<string, number>,
): void {
  leftOut[code] = (leftOut[code] ?? 0) + 1;
  context.skip({ id, code, message: `${name}: ${message}` });
}

/** What was fitted once, by `fittedName`. */
export function fittedStore({ cache }: Pick<RunContext, 'cache'>): PerturbedStore {
  return new PerturbedStore(cache.of('perturbed', keyOf({ fitted: VERSION })));
}

/** By the content of both and the budget. */
export function fittedName(original: string, perturbed: string, budget: Budget | PerturbationUse['budget']): string {
  return keyOf([original, perturbed, budget]);
}

class Fitting {
  seconds = 0;
  computed = 0;
  private meter: VisibilityMeter | undefined;
  private readonly store: PerturbedStore;

  constructor(private readonly context: RunContext) {
    this.store = fittedStore(context);
  }

  async fit(image: PerturbedImage, budget: Budget): Promise<Result<PerturbedImage>> {
    const name = fittedName(image.original.hash, image.hash, budget);
    const known = this.context.useCache ? await this.store.find(name) : undefined;
    const fitted = known ? ok(known) : await withCores(this.context, () => this.compute(image, budget, name));
    if (!fitted.ok) return fitted;
    if (fitted.value.kind !== 'perturbed') throw new Error(`${name} is no perturbed photograph`);
    this.seconds += fitted.value.seconds;
    return ok(perturbedImage(image.original, this.store.fileOf(name), fitted.value));
  }

  async close(): Promise<void> {
    await this.meter?.close();
  }

  private async compute(image: PerturbedImage, budget: Budget, name: string): Promise<Result<PerturbedOutcome>> {
    const started = performance.now();
    const { cache, threads } = this.context;
    this.meter ??= unwrap(await loadVisibilityMeter({ folder: cache.of('plugins', 'visibility'), threads }));
    this.computed++;
    const original = await readUnchanged(image.original);
    const png = await this.meter.fit(original, await readFile(image.file), budget);
    if (!png.ok) return png;
    const visibility = unwrap(await this.meter.measure(original, png.value));
    const seconds = (performance.now() - started) / 1000;
    return ok(await this.store.keep(name, png.value, { ...visibility, seconds }));
  }
}
