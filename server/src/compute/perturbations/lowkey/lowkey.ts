import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { WorkContext } from '../../../plugins/declare.js';
import { fail, ok, type Result } from '../../../protocol/errors.js';
import type { RgbImage } from '../../images/decode.js';
import { resizePlanes } from '../../images/planes.js';
import { Random } from '../../random.js';
import { openAttackSession, surrogateUnfit } from '../attack-session.js';
import { type BatchAttack, gradientNotFinite } from '../face-attack.js';
import { addChange } from '../fit-budget.js';
import { blankPhotograph, type Photograph } from '../photograph.js';
import type { Surrogates } from '../surrogates.js';
import { stacked } from '../tensors.js';
import { type ChipInRegion, chipInRegion, type Region, regionOf } from './region.js';
import { FIRST_NOISE, STEP_SIZE } from './settings.js';
import { cleanGraph, type Perception, type PlacedSurrogate, stepGraph } from './step-graph.js';

export interface LowKeyOptions {
  readonly steps: number;
  readonly perception: Perception;
  readonly seed: number;
}

type Tensors = Record<string, Tensor>;

interface Sessions {
  readonly clean: InferenceSession;
  readonly step: InferenceSession;
}

/** Chips of a step: the photograph and the blurred one, each with its mirror image. */
const CHIPS = 4;
/** Side of the photograph that the surrogates are tried on, in pixels. */
const TRIED_ON = 160;

/** LowKey (Cherepanova et al., ICLR 2021) with any surrogates, one photograph at a time. */
export class LowKey implements BatchAttack {
  readonly batchSize = 1;
  /** By how much each surrogate's chip is averaged before it is sampled, which is part of the graph. */
  private readonly sessions = new Map<string, Promise<Result<Sessions>>>();

  private constructor(
    private readonly options: LowKeyOptions,
    private readonly surrogates: Surrogates,
    private readonly threads: number,
  ) {}

  /** `surrogate-unfit` and its like where a surrogate, or the model of LPIPS, cannot be followed. */
  static async load(options: LowKeyOptions, surrogates: Surrogates, threads: number): Promise<Result<LowKey>> {
    if (CHIPS % (surrogates.batch ?? 1) !== 0) {
      const message = `A surrogate takes ${surrogates.batch} images at once; LowKey gives it 1, 2 or ${CHIPS}`;
      return fail('surrogate-unfit', message, { hint: 'Export it with a free batch dimension.' });
    }
    return new LowKey(options, surrogates, threads).tried();
  }

  private async tried(): Promise<Result<LowKey>> {
    const tried = await this.search(blankPhotograph(TRIED_ON), 1, () => undefined).catch(surrogateUnfit);
    if (tried.ok || tried.problem.code === 'gradient-not-finite') return ok(this);
    await this.close();
    return tried;
  }

  async perturb(photographs: readonly Photograph[], { signal, progress }: WorkContext): Promise<Result<RgbImage>[]> {
    const results: Result<RgbImage>[] = [];
    for (const photograph of photographs) {
      results.push(await this.search(photograph, this.options.steps, () => signal.throwIfAborted()));
      progress(results.length, photographs.length);
    }
    return results;
  }

  async close(): Promise<void> {
    for (const opened of this.sessions.values()) {
      const sessions = await opened;
      if (sessions.ok) await Promise.all([sessions.value.clean.release(), sessions.value.step.release()]);
    }
  }

  private async search(photograph: Photograph, steps: number, beforeStep: () => void): Promise<Result<RgbImage>> {
    const region = regionOf(photograph, this.surrogates.all);
    const chips = this.surrogates.all.map(({ place, size }) => chipInRegion(region, place(photograph.face), size));
    const sessions = await this.sessionsFor(chips.map(({ by }) => by));
    if (!sessions.ok) return sessions;
    const { clean, step } = sessions.value;
    const feeds = this.feedsOf(region, chips);
    const constants = { ...feeds, ...((await clean.run(taken(clean, feeds))) as Tensors) };
    const change = this.firstNoise(photograph.hash, region);
    for (let n = 0; n < steps; n++) {
      beforeStep();
      const { grad_change } = await step.run({ ...constants, change: regionTensor(region, change) });
      if (!moveAgainst(change, grad_change.data as Float32Array)) return gradientNotFinite();
    }
    const { width, height } = region.box;
    return ok(addChange(photograph.image, region.box, resizePlanes({ ...region.pixels, data: change }, width, height)));
  }

  private feedsOf(region: Region, chips: readonly ChipInRegion[]): Tensors {
    const grids = chips.map(({ grid }, n) => {
      const { size } = this.surrogates.all[n];
      return [`grid_${n}`, stacked([grid], 1, [size, size, 2])] as const;
    });
    const feeds = { region: regionTensor(region, region.pixels.data), ...Object.fromEntries(grids) };
    return this.options.perception.lpips ? feeds : { ...feeds, faces: new Tensor('float32', [region.faces], []) };
  }

  private firstNoise(hash: string, { pixels }: Region): Float32Array {
    const random = new Random(this.options.seed, 'lowkey', hash);
    return pixels.data.map(() => random.between(-FIRST_NOISE, FIRST_NOISE));
  }

  private sessionsFor(shrinkages: readonly number[]): Promise<Result<Sessions>> {
    const key = shrinkages.join();
    const known = this.sessions.get(key);
    if (known) return known;
    const placed = this.surrogates.all.map((surrogate, n) => ({ surrogate, by: shrinkages[n] }));
    const opened = this.open(placed);
    this.sessions.set(key, opened);
    return opened;
  }

  private async open(placed: readonly PlacedSurrogate[]): Promise<Result<Sessions>> {
    const clean = await openAttackSession(cleanGraph(placed, this.options.perception), this.threads);
    if (!clean.ok) return clean;
    const step = await openAttackSession(stepGraph(placed, this.options.perception), this.threads);
    return step.ok ? ok({ clean: clean.value, step: step.value }) : step;
  }
}

/** Those of the tensors that the session takes. */
function taken(session: InferenceSession, feeds: Tensors): Tensors {
  return Object.fromEntries(session.inputNames.map((name) => [name, feeds[name]]));
}

function regionTensor({ pixels }: Region, data: Float32Array): Tensor {
  return stacked([data], 1, [3, pixels.height, pixels.width]);
}

/** A sign step against the gradient; false where that is not finite. */
function moveAgainst(change: Float32Array, gradient: Float32Array): boolean {
  if (!gradient.every(Number.isFinite)) return false;
  for (let i = 0; i < change.length; i++) change[i] -= STEP_SIZE * Math.sign(gradient[i]);
  return true;
}
