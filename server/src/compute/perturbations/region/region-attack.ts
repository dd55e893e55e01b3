import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { WorkContext } from '../../../plugins/declare.js';
import { ok, type Result } from '../../../protocol/errors.js';
import type { RgbImage } from '../../images/decode.js';
import { resizePlanes } from '../../images/planes.js';
import { Random } from '../../random.js';
import { type AttackGraph, openAttackSession, surrogateUnfit } from '../attack-session.js';
import { type BatchAttack, gradientNotFinite } from '../face-attack.js';
import { blankPhotograph, type Photograph } from '../photograph.js';
import type { Surrogates } from '../surrogates.js';
import { areFinite, stacked } from '../tensors.js';
import { addChange } from '../visibility/fit-budget.js';
import { type ChipInRegion, chipInRegion, type Region, regionOf } from './region.js';
import type { PlacedSurrogate } from './region-graph.js';

export type Tensors = Record<string, Tensor>;

/** What an attack on a photograph's own pixels seeks, and how it goes there. */
export interface Pursuit {
  /** What its random numbers are drawn by, beside the seed and the photograph. */
  readonly name: string;
  readonly seed: number;
  readonly steps: number;
  /** From `region` and each surrogate's `grid_n` to what each step needs of the unperturbed photograph. */
  clean(placed: readonly PlacedSurrogate[]): AttackGraph;
  /** From those, what `clean` gives (of a photograph that is aimed at, its `features_n`) and the `change` of the region to `loss`, differentiated by `change`. */
  step(placed: readonly PlacedSurrogate[]): AttackGraph;
  /** Other inputs of both graphs. */
  inputs?(region: Region): Tensors;
  begin(region: Region, chips: readonly ChipInRegion[], random: Random): Search;
}

/** The search for one photograph's change. */
export interface Search {
  /** Of the region, [3, height, width], of 0–255. */
  readonly change: Float32Array;
  /** Inputs of the next step that are not those of the one before. */
  next?(): Tensors;
  /** Moves `change` by the gradient of the loss, each number of which is finite. */
  move(gradient: Float32Array): void;
}

interface Sessions {
  readonly clean: InferenceSession;
  readonly step: InferenceSession;
}

/** Side of the photograph that the surrogates are tried on, in pixels. */
const TRIED_ON = 160;

/** An attack on the pixels that its surrogates see anything of, through their alignment, one photograph at a time. */
export class RegionAttack implements BatchAttack {
  readonly batchSize = 1;
  /** By how much each surrogate's chip is averaged before it is sampled, which is part of the graph. */
  private readonly sessions = new Map<string, Promise<Result<Sessions>>>();

  private constructor(
    private readonly pursuit: Pursuit,
    private readonly surrogates: Surrogates,
    private readonly threads: number,
  ) {}

  /** `surrogate-unfit` and its like where a surrogate, or another model of the graphs, cannot be followed. */
  static async load(pursuit: Pursuit, surrogates: Surrogates, threads: number): Promise<Result<RegionAttack>> {
    return new RegionAttack(pursuit, surrogates, threads).tried();
  }

  private async tried(): Promise<Result<RegionAttack>> {
    const tried = await this.search(blankPhotograph(TRIED_ON), 1, () => undefined).catch(surrogateUnfit);
    if (tried.ok || tried.problem.code === 'gradient-not-finite') return ok(this);
    await this.close();
    return tried;
  }

  async perturb(photographs: readonly Photograph[], { signal, progress }: WorkContext): Promise<Result<RgbImage>[]> {
    const results: Result<RgbImage>[] = [];
    for (const photograph of photographs) {
      results.push(await this.search(photograph, this.pursuit.steps, () => signal.throwIfAborted()));
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
    const given = { ...this.inputsOf(region, chips), ...this.pursuit.inputs?.(region) };
    const constants = { ...given, ...((await clean.run(taken(clean, given))) as Tensors) };
    const aimedAt = photograph.towards ? await this.featuresOf(photograph.towards) : ok({});
    if (!aimedAt.ok) return aimedAt;
    Object.assign(constants, aimedAt.value);
    const random = new Random(this.pursuit.seed, this.pursuit.name, photograph.hash);
    const search = this.pursuit.begin(region, chips, random);
    for (let n = 0; n < steps; n++) {
      beforeStep();
      const change = regionTensor(region, search.change);
      const gradient = (await step.run({ ...constants, ...search.next?.(), change })).grad_change.data as Float32Array;
      if (!areFinite(gradient)) return gradientNotFinite();
      search.move(gradient);
    }
    const { width, height } = region.box;
    const change = resizePlanes({ ...region.pixels, data: search.change }, width, height);
    return ok(addChange(photograph.image, region.box, change));
  }

  /** The surrogates' features of a photograph, under the names that `clean` gives them. */
  private async featuresOf(photograph: Photograph): Promise<Result<Tensors>> {
    const region = regionOf(photograph, this.surrogates.all);
    const chips = this.surrogates.all.map(({ place, size }) => chipInRegion(region, place(photograph.face), size));
    const sessions = await this.sessionsFor(chips.map(({ by }) => by));
    if (!sessions.ok) return sessions;
    const { clean } = sessions.value;
    const found = (await clean.run(taken(clean, this.inputsOf(region, chips)))) as Tensors;
    return ok(Object.fromEntries(Object.entries(found).filter(([name]) => name.startsWith('features_'))));
  }

  private inputsOf(region: Region, chips: readonly ChipInRegion[]): Tensors {
    const grids = chips.map(({ grid }, n) => [`grid_${n}`, gridTensor(grid, this.surrogates.all[n].size)] as const);
    return { region: regionTensor(region, region.pixels.data), ...Object.fromEntries(grids) };
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
    const clean = await openAttackSession(this.pursuit.clean(placed), this.threads);
    if (!clean.ok) return clean;
    const step = await openAttackSession(this.pursuit.step(placed), this.threads);
    return step.ok ? ok({ clean: clean.value, step: step.value }) : step;
  }
}

/** A grid of a chip of `size` pixels as an input of a graph. */
export function gridTensor(grid: Float32Array, size: number): Tensor {
  return stacked([grid], 1, [size, size, 2]);
}

/** Those of the tensors that the session takes. */
function taken(session: InferenceSession, feeds: Tensors): Tensors {
  return Object.fromEntries(session.inputNames.map((name) => [name, feeds[name]]));
}

function regionTensor({ pixels }: Region, data: Float32Array): Tensor {
  return new Tensor('float32', data, [1, 3, pixels.height, pixels.width]);
}
