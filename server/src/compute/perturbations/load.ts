import type { LoadContext, Perturbation, PluginUse } from '../../plugins/declare.js';
import { ok, type Result } from '../../protocol/errors.js';
import { DEFAULT_LOCATOR, FaceLocator } from '../faces/locator.js';
import { requireWeights } from '../faces/weights.js';
import { type BatchAttack, FaceAttack } from './face-attack.js';
import { Fawkes } from './fawkes/fawkes.js';
import { type FawkesMode, type FawkesSchedule, fawkesSettings } from './fawkes/settings.js';
import { LowKey } from './lowkey/lowkey.js';
import { readLpips } from './lowkey/lpips.js';
import { DSSIM_WEIGHT, LPIPS_WEIGHT } from './lowkey/settings.js';
import { openSurrogates, type Surrogates } from './surrogates.js';

export interface FawkesParams {
  readonly mode: FawkesMode;
  readonly schedule: FawkesSchedule;
  readonly surrogates: readonly PluginUse[];
  readonly seed: number;
}

/** Fawkes as an experiment uses it; its files end in `_cloaked.png`, as the authors' do. */
export function loadFawkes(params: FawkesParams, context: LoadContext): Promise<Result<Perturbation>> {
  const options = { settings: fawkesSettings(params.mode, params.schedule), seed: params.seed };
  return load('_cloaked.png', params.surrogates, context, (surrogates) =>
    Fawkes.load(options, surrogates, context.threads),
  );
}

export interface LowKeyParams {
  readonly surrogates: readonly PluginUse[];
  readonly steps: number;
  /** The file of a model of LPIPS. */
  readonly lpips?: string;
  readonly weight?: number;
  readonly seed: number;
}

/** LowKey as an experiment uses it; its files end in `_attacked.png`, as the authors' do. */
export async function loadLowKey(params: LowKeyParams, context: LoadContext): Promise<Result<Perturbation>> {
  const model = params.lpips === undefined ? ok(undefined) : await readLpips(params.lpips);
  if (!model.ok) return model;
  const weight = params.weight ?? (model.value ? LPIPS_WEIGHT : DSSIM_WEIGHT);
  const options = { steps: params.steps, seed: params.seed, perception: { lpips: model.value, weight } };
  return load('_attacked.png', params.surrogates, context, (surrogates) =>
    LowKey.load(options, surrogates, context.threads),
  );
}

async function load(
  suffix: string,
  uses: readonly PluginUse[],
  context: LoadContext,
  attackBy: (surrogates: Surrogates) => Promise<Result<BatchAttack>>,
): Promise<Result<Perturbation>> {
  const weights = await requireWeights();
  if (!weights.ok) return weights;
  const surrogates = await openSurrogates(uses, context);
  if (!surrogates.ok) return surrogates;
  const attack = await attackBy(surrogates.value);
  if (!attack.ok) return attack;
  return ok(
    new FaceAttack(suffix, await FaceLocator.load(DEFAULT_LOCATOR, context.folder, context.threads), attack.value),
  );
}
