/** Fawkes 1.0 (Shan et al., USENIX Security 2020, and its source, github.com/Shawn-Shan/fawkes); constants: docs/constants.md. */
export interface FawkesSettings {
  /** The structural dissimilarity that a cloak may have. */
  readonly budget: number;
  readonly steps: number;
  /** Adadelta's. */
  readonly learningRate: number;
  /** What the features' distance counts against the dissimilarity, or undefined where that is adapted. */
  readonly distanceWeight?: number;
}

export const MODES = ['low', 'mid', 'high'] as const;
export type FawkesMode = (typeof MODES)[number];

export const SCHEDULES = ['published', 'steady'] as const;
export type FawkesSchedule = (typeof SCHEDULES)[number];

const PUBLISHED: Readonly<Record<FawkesMode, FawkesSettings>> = {
  low: { budget: 0.004, steps: 40, learningRate: 25 },
  mid: { budget: 0.012, steps: 75, learningRate: 20 },
  high: { budget: 0.017, steps: 150, learningRate: 15 },
};

/**
 * Our own: at the published rate Adadelta oscillates, the weight is reset again and again, and the run stalls; a
 * quarter of the rate and a fixed weight go further at the same dissimilarity (docs/benchmarks.md).
 */
const STEADY = { learningRate: 5, distanceWeight: 20 };

export function fawkesSettings(mode: FawkesMode, schedule: FawkesSchedule): FawkesSettings {
  return schedule === 'steady' ? { ...PUBLISHED[mode], ...STEADY } : PUBLISHED[mode];
}

/** Side of the crop that is optimised, in pixels: the input of the authors' extractors. */
export const CROP_SIZE = 112;
/** A cloak may exceed its budget by so much. */
export const TOLERANCE = 1.1;
/** What dissimilarity beyond the budget costs, squared. */
export const PENALTY = 1e6;
/** Pixels of 0–255 change by no more than this. */
export const LARGEST_CHANGE = 15;
/** The optimiser's variable is artanh of a pixel scaled to (−½, ½) times this. */
export const TANH_RANGE = 2 - 1e-6;
/** The variable starts within ±this of the photograph. */
export const FIRST_NOISE = 1e-4;
/** After the first step the variable moves by this against the sign of the gradient. */
export const FIRST_NUDGE = 0.01;
