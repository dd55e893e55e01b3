/** The validated experiment: what the runner reads. `docs/format.md` explains the words. */

import type { PluginUse } from '../plugins/declare.js';

export type { PluginUse };

/** A plugin under a name of its own, which is its key everywhere; the default is its `use`. */
export interface NamedUse extends PluginUse {
  readonly name: string;
}

/** What is perturbed: queries (evasion), or people's photographs in the gallery (poisoning), one person at a time. */
export interface PerturbationUse extends NamedUse {
  readonly target: 'query' | 'gallery';
  /** How many people are protected, drawn by `seed`. */
  readonly users: number;
  /** The share of each person's photographs that is searched; the rest are queries. */
  readonly split: number;
  readonly seed: number;
  /** How visible each saved photograph is to be, by one of the two. */
  readonly budget?: { readonly dssim?: number; readonly psnr?: number };
  /** The perturbation whose DSSIM each saved photograph is to have. */
  readonly like?: string;
  /** Absolute path of the model of LPIPS that says how visible each saved photograph is. */
  readonly lpips?: string;
}

/** What a tracker does to photographs: to those that are asked about, or to those of a gallery that is learnt from. */
export interface CountermeasureUse extends NamedUse {
  readonly target: 'query' | 'gallery';
}

export interface IndexUse extends PluginUse {
  readonly metric: 'l2' | 'ip';
}

/** Which images are queried: all of them where `sample` is absent, else that many drawn by `seed`. */
export interface QuerySelection {
  readonly sample?: number;
  readonly seed: number;
}

/** One of the first three says what it is set by. */
export interface ThresholdSpec {
  /** 0–100, over the distances to the other images of the same identity. */
  readonly percentile?: number;
  /** A false match rate, over impostor pairs of identities that no query belongs to. */
  readonly fmr?: number;
  /** The threshold itself, in `unit`. */
  readonly distance?: number;
  /** The paper's g: a model of `embed.models`. */
  readonly model: string;
  /** Distances are squared L2 unless this says `l2`. */
  readonly unit: 'squared-l2' | 'l2';
}

/** Pairs of images: all there are, or at most so many genuine ones and as many impostor ones, drawn by seed. */
export type PairSelection = 'all' | { readonly sample: number; readonly seed: number };

export interface VerificationSpec {
  /** Pairs of the data set's images, or those that a file names: its absolute path. */
  readonly pairs: PairSelection | { readonly file: string };
  /** False match rates, each of which a threshold is set by. */
  readonly fmr: readonly number[];
}

export interface IdentificationSpec {
  /** Images of each enrolled identity that are the gallery. */
  readonly enrol: number;
  readonly ranks: readonly number[];
  /** The share of identities that are not enrolled. */
  readonly unknown: number;
  /** False positive identification rates, each of which a threshold is set by. */
  readonly fpir: readonly number[];
  readonly seed: number;
}

/** A yes/no question of an image, by what would be said of it. */
export interface Question {
  /** The attribute's name. */
  readonly name: string;
  readonly yes: string;
  readonly no: string;
}

export interface AttributesSpec {
  /** A model of `embed.models` with a text encoder. */
  readonly model: string;
  /** Absolute path of the list that says which images have which attributes. */
  readonly truth?: string;
  readonly ask: readonly Question[];
}

export interface TransferSpec {
  /** Models of `embed.models`. */
  readonly judges: readonly string[];
  /** The false match rate that each judge's own threshold is set by. */
  readonly fmr: number;
}

export interface RobustnessSpec {
  /** Valid results that an original must have for its query to count. */
  readonly minValid: number;
  readonly trackers?: readonly ('static' | 'dynamic')[];
  /** How often the dynamic tracker searches again at the most. */
  readonly rounds: number;
}

export interface RetrieveSpec extends PluginUse {
  /** The engine's: a model of `embed.models`. */
  readonly model: string;
  /** How many are asked for, a query. */
  readonly results: number;
}

export type ComparisonOperator = '>=' | '<=' | '>' | '<' | '==' | '!=';

/** `path op number[%]`, e.g. `accuracy.face-recognition.top1 >= 85%`. */
export interface Expectation {
  readonly text: string;
  readonly path: readonly string[];
  readonly operator: ComparisonOperator;
  /** A percentage is stored as a rate: 85% is 0.85. */
  readonly value: number;
}

export interface ExperimentSpec {
  readonly version: 1;
  readonly name: string;
  readonly dataset: PluginUse;
  readonly gallery?: PluginUse;
  readonly queries: QuerySelection;
  readonly embed?: { readonly models: readonly NamedUse[] };
  readonly index?: IndexUse;
  readonly accuracy?: { readonly top: readonly number[] };
  readonly verification?: VerificationSpec;
  readonly identification?: IdentificationSpec;
  readonly attributes?: AttributesSpec;
  readonly threshold?: ThresholdSpec;
  readonly poison?: readonly PerturbationUse[];
  readonly countermeasures?: readonly CountermeasureUse[];
  readonly transfer?: TransferSpec;
  readonly retrieve?: RetrieveSpec;
  readonly robustness?: RobustnessSpec;
  readonly expect: readonly Expectation[];
}
