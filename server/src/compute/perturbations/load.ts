import type { LoadContext, Perturbation, PluginUse } from '../../plugins/declare.js';
import { ok, type Result } from '../../protocol/errors.js';
import { DEFAULT_LOCATOR, FaceLocator } from '../faces/locator.js';
import { requireWeights } from '../faces/weights.js';
import { type Aim, AimedFaceAttack, type BatchAttack, FaceAttack } from './face-attack.js';
import { Fawkes } from './fawkes/fawkes.js';
import { type FawkesMode, type FawkesSchedule, fawkesSettings } from './fawkes/settings.js';
import { openLowKey } from './lowkey/lowkey.js';
import { readLpips } from './lowkey/lpips.js';
import { DSSIM_WEIGHT, LPIPS_WEIGHT } from './lowkey/settings.js';
import { Noise } from './noise.js';
import { openPgd, type PgdOptions } from './pgd/pgd.js';
import { openSurrogates, type Surrogates } from './surrogates.js';

export interface FawkesParams {
  readonly mode: FawkesMode;
  readonly schedule: FawkesSchedule;
  readonly surrogates: readonly PluginUse[];
  readonly seed: number;
  readonly targeted?: true | string;
}

/** Fawkes as an experiment uses it; its files end in `_cloaked.png`, as the authors' do. */
export function loadFawkes(params: FawkesParams, context: LoadContext): Promise<Result<Perturbation>> {
  const aim = aimOf(params);
  const settings = fawkesSettings(params.mode, params.schedule);
  const options = { settings, seed: params.seed, aimed: aim !== undefined };
  const attackBy = (surrogates: Surrogates) => Fawkes.load(options, surrogates, context.threads);
  return load('_cloaked.png', params.surrogates, context, attackBy, aim);
}

export interface LowKeyParams {
  readonly surrogates: readonly PluginUse[];
  readonly steps: number;
  /** The file of a model of LPIPS. */
  readonly lpips?: string;
  readonly weight?: number;
  readonly seed: number;
  readonly targeted?: true | string;
}

/** LowKey as an experiment uses it; its files end in `_attacked.png`, as the authors' do. */
export async function loadLowKey(params: LowKeyParams, context: LoadContext): Promise<Result<Perturbation>> {
  const model = params.lpips === undefined ? ok(undefined) : await readLpips(params.lpips);
  if (!model.ok) return model;
  const weight = params.weight ?? (model.value ? LPIPS_WEIGHT : DSSIM_WEIGHT);
  const aim = aimOf(params);
  const perception = { lpips: model.value, weight };
  const options = { steps: params.steps, seed: params.seed, perception, aimed: aim !== undefined };
  const attackBy = (surrogates: Surrogates) => openLowKey(options, surrogates, context.threads);
  return load('_attacked.png', params.surrogates, context, attackBy, aim);
}

export interface PgdParams extends Omit<PgdOptions, 'stepSize' | 'aimed'> {
  readonly targeted?: true | string;
  readonly surrogates: readonly PluginUse[];
  readonly stepSize?: number;
}

/** Madry et al. take steps so long that in all of them a value could cross the ball more than once. */
const STEPS_TO_CROSS = 2.5;

/** PGD as an experiment uses it. */
export function loadPgd(params: PgdParams, context: LoadContext): Promise<Result<Perturbation>> {
  const { surrogates: uses, targeted: _, ...options } = params;
  const aim = aimOf(params);
  const stepSize = params.stepSize ?? (STEPS_TO_CROSS * params.epsilon) / params.steps;
  const attackBy = (surrogates: Surrogates) =>
    openPgd({ ...options, stepSize, aimed: aim !== undefined }, surrogates, context.threads);
  return load('_pgd.png', uses, context, attackBy, aim);
}

export async function loadNoise(
  params: { readonly epsilon: number; readonly seed: number },
  context: LoadContext,
): Promise<Result<Perturbation>> {
  const weights = await requireWeights();
  return weights.ok ? ok(await onFaces('_noise.png', new Noise(params), context)) : weights;
}

async function load(
  suffix: string,
  uses: readonly PluginUse[],
  context: LoadContext,
  attackBy: (surrogates: Surrogates) => Promise<Result<BatchAttack>>,
  aim?: Aim,
): Promise<Result<Perturbation>> {
  const weights = await requireWeights();
  if (!weights.ok) return weights;
  const surrogates = await openSurrogates(uses, context);
  if (!surrogates.ok) return surrogates;
  const attack = await attackBy(surrogates.value);
  if (!attack.ok) return attack;
  return ok(await onFaces(suffix, attack.value, context, aim));
}

async function onFaces(suffix: string, attack: BatchAttack, { folder, threads }: LoadContext, aim?: Aim) {
  const locator = await FaceLocator.load(DEFAULT_LOCATOR, folder, threads);
  return aim ? new AimedFaceAttack(suffix, locator, attack, aim) : new FaceAttack(suffix, locator, attack);
}

function aimOf({ targeted, seed }: { readonly targeted?: true | string; readonly seed: number }): Aim | undefined {
  return targeted === undefined ? undefined : { at: targeted, seed };
}
