import { Random } from '../../random.js';
import { areFinite } from '../tensors.js';
import { Adadelta } from './adadelta.js';
import type { FaceCrop } from './face-crop.js';
import { type FawkesSettings, FIRST_NOISE, FIRST_NUDGE, TANH_RANGE, TOLERANCE } from './settings.js';

/** What a step of the graph says of one photograph. */
export interface StepOutcome {
  readonly dssim: number;
  readonly distance: number;
  /** [3, size, size], of 0–255. */
  readonly change: Float32Array;
  /** With respect to the modifier. */
  readonly gradient: Float32Array;
}

/** The weight is doubled and halved between 1 and these (docs/constants.md). */
const LARGEST_WEIGHT = 129;
const SMALLEST_WEIGHT = 1 / 129;
/** Within this share of the budget, on either side, the weight is 1. */
const BAND = 0.1;
/** The last step is taken instead of a best one that moves the features by less than this… */
const POOR_DISTANCE = 0.3;
/** …where it stays below this dissimilarity and moves them further. */
const ACCEPTABLE_DSSIM = 0.015;

export interface CloakOptions {
  readonly settings: FawkesSettings;
  readonly seed: number;
  /** Whether the face is moved towards another one, whose distance is to be small. */
  readonly aimed: boolean;
}

/** The search for one photograph's cloak: each step's outcome moves the modifier. */
export class Cloak {
  /** Added to the photograph in tanh space: [3, size, size]. */
  readonly modifier: Float32Array;
  /** What the features' distance counts against the dissimilarity. */
  weight: number;
  private readonly optimiser: Adadelta;
  private steps = 0;
  /** 1 where the last weight was raised, −1 where it was lowered. */
  private side = 0;
  private best: StepOutcome | undefined;
  private last: StepOutcome | undefined;

  constructor(
    readonly crop: FaceCrop,
    hash: string,
    private readonly options: CloakOptions,
  ) {
    const { seed, settings } = options;
    const random = new Random(seed, 'fawkes', hash);
    const { length } = crop.pixels.data;
    this.modifier = Float32Array.from({ length }, () => random.between(-FIRST_NOISE, FIRST_NOISE));
    this.optimiser = new Adadelta(length, settings.learningRate);
    this.weight = settings.distanceWeight ?? 1;
  }

  /** The photograph in tanh space. */
  start(): Float32Array {
    return this.crop.pixels.data.map((value) => Math.atanh((value / 255 - 0.5) * TANH_RANGE));
  }

  /** Takes a step; false where its gradient is not finite, and the search is at its end. */
  advance(outcome: StepOutcome): boolean {
    if (!areFinite(outcome.gradient)) return false;
    this.remember(outcome);
    if (this.options.settings.distanceWeight === undefined) this.adaptWeight(outcome.dssim);
    this.optimiser.descend(this.modifier, outcome.gradient);
    if (this.steps++ === 0) this.nudge(outcome.gradient);
    return true;
  }

  /** The change of the best step so far: of those within the budget the one that went furthest away, or came nearest to whom it is aimed at. */
  result(): Float32Array {
    const { best, last } = this;
    if (!last) throw new Error('A cloak without a step has no result');
    if (this.options.aimed) return (best ?? last).change;
    const fallBack = !best || (best.distance < POOR_DISTANCE && last.dssim < ACCEPTABLE_DSSIM);
    return (fallBack && last.distance > (best?.distance ?? 0) ? last : (best ?? last)).change;
  }

  private remember({ dssim, distance, change, gradient }: StepOutcome): void {
    this.last = { dssim, distance, change, gradient };
    const { settings, aimed } = this.options;
    const within = dssim <= TOLERANCE * settings.budget;
    const better = aimed
      ? distance < (this.best?.distance ?? Number.POSITIVE_INFINITY)
      : distance > (this.best?.distance ?? 0);
    if (within && better) this.best = this.last;
  }

  private adaptWeight(dssim: number): void {
    const { budget } = this.options.settings;
    if (dssim <= (1 - BAND) * budget && this.weight <= LARGEST_WEIGHT) this.turn(1, 2);
    else if (dssim >= (1 + BAND) * budget && this.weight >= SMALLEST_WEIGHT) this.turn(-1, 0.5);
    else this.turn(0, 1 / this.weight);
  }

  private turn(side: number, factor: number): void {
    this.weight = this.side === -side && side !== 0 ? 1 : this.weight * factor;
    this.side = side;
  }

  private nudge(gradient: Float32Array): void {
    for (let i = 0; i < gradient.length; i++) this.modifier[i] -= FIRST_NUDGE * Math.sign(gradient[i]);
  }
}
