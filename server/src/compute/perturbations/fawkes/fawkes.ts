import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { WorkContext } from '../../../plugins/declare.js';
import { ok, type Result } from '../../../protocol/errors.js';
import type { RgbImage } from '../../images/decode.js';
import { openAttackSession, surrogateUnfit } from '../attack-session.js';
import { type BatchAttack, gradientNotFinite } from '../face-attack.js';
import { blankPhotograph, type Photograph } from '../photograph.js';
import type { Surrogates } from '../surrogates.js';
import { rowOf } from '../tensors.js';
import { DssimMeter } from '../visibility/dssim-meter.js';
import { addWithinBudget } from '../visibility/fit-budget.js';
import { Cloak, type StepOutcome } from './cloak.js';
import { changeOfBox, cropFace } from './face-crop.js';
import { CROP_SIZE, type FawkesSettings, TOLERANCE } from './settings.js';
import { cleanGraph, stepGraph } from './step-graph.js';
import { constantInputs, variableInputs } from './step-inputs.js';

const BATCH = 8;

export interface FawkesOptions {
  readonly settings: FawkesSettings;
  readonly seed: number;
  /** Whether photographs are moved towards another face. */
  readonly aimed: boolean;
}

/** Fawkes (Shan et al., USENIX Security 2020) with any surrogates: away from a face's own features, or towards another's. */
export class Fawkes implements BatchAttack {
  readonly batchSize: number;

  private constructor(
    private readonly options: FawkesOptions,
    private readonly surrogates: Surrogates,
    private readonly clean: InferenceSession,
    private readonly step: InferenceSession,
    private readonly meter: DssimMeter,
  ) {
    this.batchSize = surrogates.batch ?? BATCH;
  }

  /** `surrogate-unfit`, `operator-without-gradient` and their like where a surrogate cannot be attacked. */
  static async load(options: FawkesOptions, surrogates: Surrogates, threads: number): Promise<Result<Fawkes>> {
    const clean = await openAttackSession(cleanGraph(surrogates.all, CROP_SIZE), threads);
    if (!clean.ok) return clean;
    const { settings, aimed } = options;
    const graph = stepGraph(surrogates.all, CROP_SIZE, settings.budget, aimed);
    const step = await openAttackSession(graph, threads);
    if (!step.ok) return step;
    const meter = await DssimMeter.open(threads);
    return new Fawkes(options, surrogates, clean.value, step.value, meter).tried();
  }

  /** A step on a blank photograph shows whether the surrogates take and give what they say. */
  private async tried(): Promise<Result<Fawkes>> {
    try {
      await (await this.searchFor([blankPhotograph(CROP_SIZE)])).advance();
      return ok(this);
    } catch (error) {
      await this.close();
      return surrogateUnfit(error as Error);
    }
  }

  async perturb(photographs: readonly Photograph[], { signal, progress }: WorkContext): Promise<Result<RgbImage>[]> {
    const { steps } = this.options.settings;
    const search = await this.searchFor(photographs);
    for (let step = 0; step < steps && search.goesOn; step++) {
      signal.throwIfAborted();
      await search.advance();
      progress(Math.floor((photographs.length * step) / steps), photographs.length);
    }
    const results: Result<RgbImage>[] = [];
    for (const [n, cloak] of search.cloaks.entries()) {
      results.push(search.failed.has(cloak) ? gradientNotFinite() : ok(await this.merged(photographs[n], cloak)));
    }
    return results;
  }

  async close(): Promise<void> {
    await this.clean.release();
    await this.step.release();
    await this.meter.close();
  }

  private async searchFor(photographs: readonly Photograph[]): Promise<Search> {
    const { options } = this;
    const cloaks = photographs.map(
      ({ image, face, hash }) => new Cloak(cropFace(image, face.box, CROP_SIZE), hash, options),
    );
    const constants = await constantInputs(photographs, cloaks, this.surrogates, this.clean);
    return new Search(cloaks, () => this.step.run({ ...constants, ...variableInputs(cloaks, this.surrogates) }));
  }

  private merged({ image }: Photograph, cloak: Cloak): Promise<RgbImage> {
    const change = changeOfBox(cloak.crop, cloak.result());
    const limit = TOLERANCE * this.options.settings.budget;
    return addWithinBudget(image, cloak.crop.box, change, limit, this.meter);
  }
}

/** The search for the cloaks of a batch, step by step. */
class Search {
  /** Those whose gradient was not finite: their search is at its end. */
  readonly failed = new Set<Cloak>();

  constructor(
    readonly cloaks: readonly Cloak[],
    private readonly run: () => Promise<InferenceSession.ReturnType>,
  ) {}

  get goesOn(): boolean {
    return this.failed.size < this.cloaks.length;
  }

  async advance(): Promise<void> {
    const outcomes = await this.run();
    for (const [n, cloak] of this.cloaks.entries()) {
      if (!this.failed.has(cloak) && !cloak.advance(outcomeOf(outcomes, n))) this.failed.add(cloak);
    }
  }
}

function outcomeOf(outcomes: InferenceSession.ReturnType, n: number): StepOutcome {
  const row = (name: string) => rowOf(outcomes[name] as Tensor, n);
  return {
    dssim: row('dssim')[0],
    distance: row('distance')[0],
    change: row('change'),
    gradient: row('grad_modifier'),
  };
}
