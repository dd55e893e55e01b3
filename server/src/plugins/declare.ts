import type { z } from 'zod';
import type { ModelDeclaration } from '../onnx/header.js';
import type { Device } from '../protocol/choices.js';
import type { Problem, Result } from '../protocol/errors.js';
import type { Permission } from '../protocol/problem.js';
import type { ReferenceKey } from '../protocol/results/references.js';
import type { Knowledge } from './clip/knowledge.js';
import type { Files } from './files.js';
import type { Countermeasure } from './instances/countermeasure.js';
import type { Dataset } from './instances/dataset.js';
import type { Executor } from './instances/executor.js';
import type { IndexBuilder, Metric } from './instances/index-builder.js';
import type { EmbeddingModel } from './instances/model.js';
import type { Perturbation } from './instances/perturbation.js';
import type { GalleryRetrieval, RetrievalService } from './instances/retrieval.js';
import type { Surrogate } from './instances/surrogate.js';

export type * from './instances/countermeasure.js';
export type * from './instances/dataset.js';
export type * from './instances/executor.js';
export type * from './instances/index-builder.js';
export type * from './instances/model.js';
export type * from './instances/perturbation.js';
export type * from './instances/retrieval.js';
export type * from './instances/surrogate.js';
export type * from './instances/work-context.js';

/** A plugin by name, with its parameters validated, defaults filled in and paths made absolute. */
export interface PluginUse {
  readonly use: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** What a family's `load` brings into the runner. */
export interface FamilyInstances {
  dataset: Dataset;
  model: EmbeddingModel;
  index: IndexBuilder;
  perturbation: Perturbation;
  countermeasure: Countermeasure;
  retrieval: GalleryRetrieval | RetrievalService;
  executor: Executor;
}
export type Family = keyof FamilyInstances;

/** Structural dissimilarity (1 − SSIM) / 2, or a learned distance between images (Zhang et al., CVPR 2018). */
export type PerceptualTerm = 'dssim' | 'lpips';

/** Facts about a plugin with these parameters, known without natives: for diagnostics and hovers. */
export interface Facts {
  /** Length of an embedding. */
  readonly dimension?: number;
  readonly metric?: Metric;
  /** Side of the square input in pixels. */
  readonly inputSize?: number;
  /** Cosine above which two images count as near-duplicates. */
  readonly duplicateCosine?: number;
  /** What an attack weighs by how much of it may be seen. */
  readonly perceptualTerm?: PerceptualTerm;
  /** In what an attack with these parameters is not its authors’: a few words. */
  readonly unlikeAuthors?: string;
  /** How many images a data set that draws its own will have, and how many of each identity. */
  readonly images?: number;
  readonly imagesPerIdentity?: number;
  /** Whether embeddings are of length 1. */
  readonly normalised?: boolean;
  /** Whether a model embeds words too, into the same space; not given where it is not known before it is loaded. */
  readonly words?: boolean;
  readonly knows?: Knowledge;
}

/** Reads what a model's file declares, without its weights: `model-missing` or `model-invalid` where it cannot. */
export type ReadHeader = (file: string) => Result<ModelDeclaration>;

/** What a plugin gets to load itself with. */
export interface LoadContext {
  /** A private folder that outlives the run, for files derived from the plugin's own data. */
  readonly folder: string;
  /** Threads the plugin may compute with. */
  readonly threads: number;
  /** What a model that `usesDevice` computes on; the CPU where it is absent. */
  readonly device?: Device;
  /** Opens one of a perturbation's `surrogates`: `surrogate-unavailable` where the model has no gradient to give. */
  readonly openSurrogate?: (use: PluginUse) => Promise<Result<Surrogate>>;
}

/** The files of a model that are fetched together: paths in a repository, or on this machine. */
export interface EncoderFiles {
  /** The image encoder. Weights that it keeps in files beside it are named in it. */
  readonly image: string;
  readonly text: string;
  /** The text encoder's `tokenizer.json`. */
  readonly tokenizer: string;
}

/** Where a model's weights are published; they are fetched on the user's word alone. */
export interface PublishedWeights {
  /** `owner/name` at the hub. */
  readonly repository: string;
  /** By precision, the default first. */
  readonly precisions: Readonly<Record<string, EncoderFiles>>;
  /** What the image encoder's files take, by precision, as the repository lists them. */
  readonly imageMegabytes?: Readonly<Record<string, number>>;
}

export interface Plugin<F extends Family = Family, P extends z.ZodType = z.ZodType> {
  readonly family: F;
  /** What `use:` says. A third party's is `vendor/name`. */
  readonly name: string;
  /** Goes into cache keys: raise it when the same parameters give other results. */
  readonly version: number;
  /** A few words for a list. */
  readonly title: string;
  /** Markdown for hover and docs/plugins.md. */
  readonly docs: string;
  /** A zod object; each property carries a description, and a path one `meta({ path })`. */
  readonly params: P;
  /** A value of the plugin's key in an experiment file, as YAML. */
  readonly example: string;
  /** Of a model whose weights do not come with the product: what `lookalike models fetch` fetches. */
  readonly published?: PublishedWeights;
  /** Of a model whose embeddings are computed on the `device` of its context, and so differ in their last digits. */
  readonly usesDevice?: boolean;
  /** The ONNX files that these parameters lead to, where none of them names one: their content counts in cache keys. */
  modelFiles?(params: z.output<P>): Result<readonly string[]>;
  /**
   * Of a perturbation: whether it follows the gradient of its parameter `surrogates` (`followed`), only says there what it
   * was made against (`declared`), or looks into no model. Where it does not say, that is unknown.
   */
  readonly surrogates?: 'followed' | 'declared' | 'none';
  /** What a new file begins with that one of its path parameters names; undefined where none can be made up. */
  newFile?(parameter: string, params: z.output<P>): string | undefined;
  describe?(params: z.output<P>, readHeader: ReadHeader): Facts;
  /** What a text that tells of a run with these parameters cites. */
  references?(params: z.output<P>): readonly ReferenceKey[];
  /**
   * What is wrong with the files that these parameters lead to, all of which are there: what a glance shows, without
   * natives. `specPath` of a problem begins at the plugin's block.
   */
  inspect?(params: z.output<P>, files: Files): Promise<readonly UnfitFiles[]>;
  /** What is wrong with a model as a surrogate, by its files alone; `specPath` begins at the model's block. */
  inspectSurrogate?(params: z.output<P>): Promise<readonly Problem[]>;
  /** What the user must have said yes to before the plugin may work with these parameters; most need nothing. */
  permission?(params: z.output<P>): Permission | undefined;
  /** Natives are imported here, dynamically, and nowhere else. */
  load(params: z.output<P>, context: LoadContext): Promise<Result<FamilyInstances[F]>>;
  /**
   * Of a plugin that keeps things outside of this machine's files: removes what belongs to its private `folder`, or only
   * says what it would remove. What cannot be reached is left, and named.
   */
  removeElsewhere?(
    folder: string,
    options: { readonly dryRun: boolean; readonly allow: readonly Permission[] },
  ): Promise<Elsewhere>;
  /** Of a model: itself as an attack sees it, where it has a gradient. Natives are imported here too. */
  surrogate?(params: z.output<P>, context: LoadContext): Promise<Result<Surrogate>>;
}

/** What became of what a plugin keeps elsewhere, in words. */
export interface Elsewhere {
  readonly removed: string[];
  readonly left: string[];
}

/** What is wrong with files that parameters lead to. */
export interface UnfitFiles extends Problem {
  /** Words that could stand at `specPath`. */
  readonly valid?: readonly string[];
  /** The word that puts it right at `specPath`, whatever stands there. */
  readonly write?: string;
  /** An error by default: a run would refuse. */
  readonly severity?: 'error' | 'warning';
}

/** Declares a plugin, one a file; it does nothing until `registry.ts` lists it. */
export function definePlugin<F extends Family, P extends z.ZodType>(plugin: Plugin<F, P>): Plugin<F, P> {
  return plugin;
}
