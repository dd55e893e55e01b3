import { Tensor } from 'onnxruntime-node';
import type { WorkContext } from '../../../plugins/declare.js';
import { ok, type Result } from '../../../protocol/errors.js';
import type { RgbImage } from '../../images/decode.js';
import { resizePlanes } from '../../images/planes.js';
import { Random } from '../../random.js';
import { type AttackGraph, attackModel, surrogateUnfit } from '../attack-session.js';
import { type BatchAttack, gradientNotFinite } from '../face-attack.js';
import { blankPhotograph, type Photograph } from '../photograph.js';
import type { Surrogates } from '../surrogates.js';
import { areFinite, stacked } from '../tensors.js';
import { addChange } from '../visibility/fit-budget.js';
import { type GraphRunner, type OpenGraph, runHere, type Tensors } from './graph-runner.js';
import { type ChipInRegion, chipInRegion, type Region, regionOf } from './region.js';
import type { PlacedSurrogate } from './region-graph.js';
import { runInThread } from './search-threads.js';

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

/** Graphs for surrogates whose chips are averaged by as much before they are sampled, which is part of the graph. */
interface Models {
  readonly clean: Uint8Array;
  readonly step: Uint8Array;
}

/** What runs them, and those that it has opened so far, by the shrinkages. */
interface Place {
  readonly runner: GraphRunner;
  readonly opened: Map<string, Promise<Result<Record<keyof Models, OpenGraph>>>>;
}

/** Side of the photograph that the surrogates are tried on, in pixels. */
const TRIED_ON = 160;
/**
 * So many bytes of models, as they are in a file, threads may open in all for faces of about one size, whose chips are averaged
 * alike: each opens its own.
 */
const MOST_BYTES = 2 ** 29;
/** Photographs that each thread has of a batch, as far as so many may be: faces are not of one size. */
const EACH = 2;
/** Photographs of a batch at the most: all of them are held in their own size. */
const MOST = 8;

/**
 * An attack on the pixels that its surrogates see anything of, through their alignment: one photograph at a time by all cores,
 * or of several as many at once, each by one core in a thread of its own, which wastes no time on sharing small layers.
 */
export class RegionAttack implements BatchAttack {
  private readonly here: Place;
  private threads: readonly Place[] = [];
  /** Kept for the threads that will open them. */
  private readonly models = new Map<string, Models>();
  /** Photographs at once: more than one where there are cores, and memory for as many copies of the models. */
  private atOnce: number;

  private constructor(
    private readonly pursuit: Pursuit,
    private readonly surrogates: Surrogates,
    cores: number,
  ) {
    this.here = { runner: runHere(cores), opened: new Map() };
    this.atOnce = Math.min(cores, MOST);
  }

  get batchSize(): number {
    return this.atOnce > 1 ? Math.min(MOST, EACH * this.atOnce) : 1;
  }

  /** `surrogate-unfit` and its like where a surrogate, or another model of the graphs, cannot be followed. */
  static async load(pursuit: Pursuit, surrogates: Surrogates, threads: number): Promise<Result<RegionAttack>> {
    return new RegionAttack(pursuit, surrogates, threads).tried();
  }

  private async tried(): Promise<Result<RegionAttack>> {
    const tried = await this.search(blankPhotograph(TRIED_ON), 1, this.here, () => undefined).catch(surrogateUnfit);
    if (tried.ok || tried.problem.code === 'gradient-not-finite') {
      for (const { clean, step } of this.models.values()) {
        this.atOnce = Math.max(1, Math.min(this.atOnce, Math.floor(MOST_BYTES / (clean.length + step.length))));
      }
      if (this.atOnce === 1) this.models.clear();
      return ok(this);
    }
    await this.close();
    return tried;
  }

  async perturb(photographs: readonly Photograph[], { signal, progress }: WorkContext): Promise<Result<RgbImage>[]> {
    const results: Result<RgbImage>[] = [];
    const left = [...photographs.entries()];
    let done = 0;
    const work = async (place: Place) => {
      for (let next = left.shift(); next; next = left.shift()) {
        const [n, photograph] = next;
        results[n] = await this.search(photograph, this.pursuit.steps, place, () => signal.throwIfAborted());
        progress(++done, photographs.length);
      }
    };
    const stop = (error: unknown) => {
      left.length = 0;
      throw error;
    };
    // None is left running behind what failed.
    const ends = await Promise.allSettled(this.placesFor(photographs.length).map((place) => work(place).catch(stop)));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    return results;
  }

  async close(): Promise<void> {
    await Promise.all([this.here, ...this.threads].map(({ runner }) => runner.close()));
  }

  private placesFor(photographs: number): readonly Place[] {
    if (photographs === 1 || this.atOnce === 1) return [this.here];
    if (this.threads.length === 0) {
      this.threads = Array.from({ length: this.atOnce }, () => ({ runner: runInThread(), opened: new Map() }));
    }
    return this.threads.slice(0, photographs);
  }

  private async search(
    photograph: Photograph,
    steps: number,
    place: Place,
    beforeStep: () => void,
  ): Promise<Result<RgbImage>> {
    const region = regionOf(photograph, this.surrogates.all);
    const chips = this.surrogates.all.map(({ place, size }) => chipInRegion(region, place(photograph.face), size));
    const graphs = await this.graphsFor(chips, place);
    if (!graphs.ok) return graphs;
    const { clean, step } = graphs.value;
    const given = { ...this.inputsOf(region, chips), ...this.pursuit.inputs?.(region) };
    const constants = { ...given, ...(await clean.run(taken(clean, given))) };
    const aimedAt = photograph.towards ? await this.featuresOf(photograph.towards, place) : ok({});
    if (!aimedAt.ok) return aimedAt;
    Object.assign(constants, aimedAt.value);
    const random = new Random(this.pursuit.seed, this.pursuit.name, photograph.hash);
    const search = this.pursuit.begin(region, chips, random);
    for (let n = 0; n < steps; n++) {
      beforeStep();
      const change = regionTensor(region, search.change);
      const { grad_change } = await step.run({ ...search.next?.(), change }, constants);
      const gradient = grad_change.data as Float32Array;
      if (!areFinite(gradient)) return gradientNotFinite();
      search.move(gradient);
    }
    const { width, height } = region.box;
    const change = resizePlanes({ ...region.pixels, data: search.change }, width, height);
    return ok(addChange(photograph.image, region.box, change));
  }

  /** The surrogates' features of a photograph, under the names that `clean` gives them. */
  private async featuresOf(photograph: Photograph, place: Place): Promise<Result<Tensors>> {
    const region = regionOf(photograph, this.surrogates.all);
    const chips = this.surrogates.all.map(({ place, size }) => chipInRegion(region, place(photograph.face), size));
    const graphs = await this.graphsFor(chips, place);
    if (!graphs.ok) return graphs;
    const { clean } = graphs.value;
    const found = await clean.run(taken(clean, this.inputsOf(region, chips)));
    return ok(Object.fromEntries(Object.entries(found).filter(([name]) => name.startsWith('features_'))));
  }

  private inputsOf(region: Region, chips: readonly ChipInRegion[]): Tensors {
    const grids = chips.map(({ grid }, n) => [`grid_${n}`, gridTensor(grid, this.surrogates.all[n].size)] as const);
    return { region: regionTensor(region, region.pixels.data), ...Object.fromEntries(grids) };
  }

  private graphsFor(chips: readonly ChipInRegion[], { runner, opened }: Place) {
    const shrinkages = chips.map(({ by }) => by);
    const key = shrinkages.join();
    const open = async () => {
      const models = this.modelsFor(shrinkages, key);
      if (!models.ok) return models;
      try {
        const clean = await runner.open(`clean ${key}`, models.value.clean);
        return ok({ clean, step: await runner.open(`step ${key}`, models.value.step) });
      } catch (error) {
        return surrogateUnfit(error as Error);
      }
    };
    const graphs = opened.get(key) ?? open();
    opened.set(key, graphs);
    return graphs;
  }

  private modelsFor(shrinkages: readonly number[], key: string): Result<Models> {
    const known = this.models.get(key);
    if (known) return ok(known);
    const placed = this.surrogates.all.map((surrogate, n) => ({ surrogate, by: shrinkages[n] }));
    const clean = attackModel(this.pursuit.clean(placed));
    if (!clean.ok) return clean;
    const step = attackModel(this.pursuit.step(placed));
    if (!step.ok) return step;
    const models = { clean: clean.value, step: step.value };
    if (this.atOnce > 1) this.models.set(key, models);
    return ok(models);
  }
}

/** A grid of a chip of `size` pixels as an input of a graph. */
export function gridTensor(grid: Float32Array, size: number): Tensor {
  return stacked([grid], 1, [size, size, 2]);
}

/** Those of the tensors that the graph takes. */
function taken({ inputNames }: OpenGraph, feeds: Tensors): Tensors {
  return Object.fromEntries(inputNames.map((name) => [name, feeds[name]]));
}

function regionTensor({ pixels }: Region, data: Float32Array): Tensor {
  return new Tensor('float32', data, [1, 3, pixels.height, pixels.width]);
}
