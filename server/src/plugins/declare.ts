import type { z } from 'zod';
import type { ModelDeclaration } from '../onnx/header.js';
import type { ModelProto } from '../onnx/onnx_pb.js';
import type { Problem, Result } from '../protocol/errors.js';
import type { Permission } from '../protocol/runner.js';
import type { Files } from './files.js';

/** A plugin by name, with its parameters validated, defaults filled in and paths made absolute. */
export interface PluginUse {
  readonly use: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** One image of a data set. `id` is its NFC, POSIX-style path relative to the data set's root. */
export interface ImageEntry {
  readonly id: string;
  /** Absolute path of the file. */
  readonly file: string;
  /** Whose photograph it is, or null where nobody says. */
  readonly identity: string | null;
}

/** What a data set holds, in a stable order, and what it should hold but does not. */
export interface Listing {
  readonly images: readonly ImageEntry[];
  /** Ids that the data set names but whose files are not there. */
  readonly missing: readonly string[];
}

export interface WorkContext {
  readonly signal: AbortSignal;
  progress(done: number, total: number): void;
}

/** `folder` is a private folder of the data set's own, for images that it makes itself. */
export interface ListContext extends WorkContext {
  readonly folder: string;
}

export interface Dataset {
  list(context: ListContext): Promise<Result<Listing>>;
}

/** Vectors in row-major order: `data.length === rows * dimension`. */
export interface Matrix {
  readonly data: Float32Array;
  readonly rows: number;
  readonly dimension: number;
}

/**
 * An image encoder. `prepare` decodes in worker threads and may run ahead; `embed` computes a batch.
 * A vector is null where the model finds no face to embed.
 */
export interface EmbeddingModel<Prepared = unknown> {
  readonly dimension: number;
  /** How many images `embed` likes to be given at once. */
  readonly batchSize: number;
  /** Fails with a problem where the bytes are no readable image. */
  prepare(bytes: Uint8Array): Promise<Result<Prepared>>;
  embed(batch: readonly Prepared[]): Promise<(Float32Array | null)[]>;
  /** Words as vectors of the same space, where the model has a text encoder: of length 1, whatever `embed` gives. */
  embedTexts?(texts: readonly string[]): Promise<Result<Float32Array[]>>;
  close(): Promise<void>;
}

/** `l2` is the squared Euclidean distance, ascending; `ip` the inner product, descending. */
export type Metric = 'l2' | 'ip';

/** For each query its `k` nearest rows, best first. Rows that do not exist are -1, with distance NaN. */
export interface Neighbours {
  readonly k: number;
  /** [queries, k] row numbers of the gallery. */
  readonly ids: Int32Array;
  /** [queries, k] distances (or similarities) as the metric says. */
  readonly distances: Float32Array;
}

export interface SearchOptions extends WorkContext {
  readonly k: number;
  /** For each query the gallery row it must not find (itself), or -1. */
  readonly exclude?: Int32Array;
}

export interface SearchIndex {
  /** Equal distances are ordered by the lower row number. */
  search(queries: Matrix, options: SearchOptions): Promise<Neighbours>;
  close(): Promise<void>;
}

/** Builds its files into `folder`, and opens them again, there or in another process. */
export interface IndexEngine {
  readonly metric: Metric;
  build(vectors: Matrix, folder: string, context: WorkContext): Promise<Result<void>>;
  open(vectors: Matrix, folder: string): Promise<Result<SearchIndex>>;
}

/** Where a point (x, y) of a chip lies in a photograph: (xx·x + xy·y + x0, yx·x + yy·y + y0); (0, 0) is a pixel's centre. */
export interface Affine {
  readonly xx: number;
  readonly xy: number;
  readonly x0: number;
  readonly yx: number;
  readonly yy: number;
  readonly y0: number;
}

/** A face in a photograph, in its pixels. */
export interface FaceInPhotograph {
  readonly width: number;
  readonly height: number;
  readonly box: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };
  /** dlib's 68 points. */
  readonly landmarks: readonly { readonly x: number; readonly y: number }[];
}

/**
 * A model as an attack follows its gradient: a differentiable network, and which part of a photograph it sees. The
 * attack finds the face and cuts the chip out, so that its gradient reaches the photograph.
 */
export interface Surrogate {
  /** One input [batch, 3, size, size], RGB of 0–255, to one output [batch, n]. */
  readonly network: ModelProto;
  /** Side of the square chip, in pixels. */
  readonly size: number;
  /** How many chips the network takes at once, or null where it takes any number. */
  readonly batch: number | null;
  /** From chip pixels to the photograph's. */
  place(face: FaceInPhotograph): Affine;
}

/** A perturbed photograph as PNG bytes of the photograph's own size, or why there is none. */
export type Perturbed =
  | { readonly kind: 'perturbed'; readonly png: Uint8Array }
  | { readonly kind: 'no-face' }
  | { readonly kind: 'failed'; readonly problem: Problem };

/**
 * Makes perturbed versions of photographs. The same photograph gives the same bytes, whatever else is in the
 * batch: a run that was killed goes on where it was and ends with the same files.
 */
export interface Perturbation {
  /** How many photographs `perturb` likes to be given at once; Infinity where it wants all that are left. */
  readonly batchSize: number;
  /** What follows the stem of a photograph's name in that of its perturbed version: `_cloaked.png`. */
  readonly suffix: string;
  /**
   * What else decides about a photograph's outcome, beside its content and the parameters: a file of the user's, say.
   * An outcome is kept as long as this stays the same; absent where there is nothing else.
   */
  stampOf?(image: ImageEntry): Promise<string>;
  /** One outcome for each photograph, in order; a problem where none of them can be perturbed. */
  perturb(batch: readonly ImageEntry[], context: WorkContext): Promise<Result<readonly Perturbed[]>>;
  close(): Promise<void>;
}

/** Retrieval from the experiment's own gallery, which the runner embeds and indexes. */
export interface GalleryRetrieval {
  readonly kind: 'gallery';
  /** Whether of near-duplicates, by the engine model's `duplicateCosine`, only the nearest is returned. */
  readonly deduplicate: boolean;
}

/** One version of a query. */
export interface RetrievalQuery {
  /** Absolute path of the photograph, original or perturbed. */
  readonly file: string;
  /** Its embedding by the engine's model. */
  readonly embedding: Float32Array;
}

/** What a service found, best first. */
export interface RetrievedImage {
  /** The service's own id, or the path of an image that came with the answer: of `lookalike serve`, the data set's id. */
  readonly id: string;
  /** The image as it was fetched into the private folder, or null with the reason. */
  readonly image: { readonly file: string } | { readonly missing: Problem };
  /** As the service says: an inner product, mostly. */
  readonly similarity: number;
  readonly caption: string | null;
}

export interface RetrieveOptions extends WorkContext {
  /** How many results to ask for. */
  readonly results: number;
  /** False where what an earlier run was told is to be asked for again. */
  readonly useCache: boolean;
}

/** A retrieval engine elsewhere. */
export interface RetrievalService {
  readonly kind: 'service';
  search(query: RetrievalQuery, options: RetrieveOptions): Promise<Result<readonly RetrievedImage[]>>;
  close(): Promise<void>;
}

/** What a family's `load` brings into the runner. */
export interface FamilyInstances {
  dataset: Dataset;
  model: EmbeddingModel;
  index: IndexEngine;
  perturbation: Perturbation;
  retrieval: GalleryRetrieval | RetrievalService;
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
  /** How many images a data set that draws its own will have, and how many of each identity. */
  readonly images?: number;
  readonly imagesPerIdentity?: number;
  /** Whether embeddings are of length 1. */
  readonly normalised?: boolean;
  /** Whether a model embeds words too, into the same space. */
  readonly words?: boolean;
}

/** Reads what a model's file declares, without its weights: `model-missing` or `model-invalid` where it cannot. */
export type ReadHeader = (file: string) => Result<ModelDeclaration>;

/** What a plugin gets to load itself with. */
export interface LoadContext {
  /** A private folder that outlives the run, for files derived from the plugin's own data. */
  readonly folder: string;
  /** Threads the plugin may compute with. */
  readonly threads: number;
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
  /** The ONNX files that these parameters lead to, where none of them names one: their content counts in cache keys. */
  modelFiles?(params: z.output<P>): Result<readonly string[]>;
  /** What a new file begins with that one of its path parameters names; undefined where none can be made up. */
  newFile?(parameter: string, params: z.output<P>): string | undefined;
  describe?(params: z.output<P>, readHeader: ReadHeader): Facts;
  /**
   * What is wrong with the files that these parameters lead to, all of which are there: what a glance shows, without
   * natives. `specPath` of a problem begins at the plugin's block.
   */
  inspect?(params: z.output<P>, files: Files): Promise<readonly UnfitFiles[]>;
  /** What the user must have said yes to before the plugin may work with these parameters; most need nothing. */
  permission?(params: z.output<P>): Permission | undefined;
  /** Natives are imported here, dynamically, and nowhere else. */
  load(params: z.output<P>, context: LoadContext): Promise<Result<FamilyInstances[F]>>;
  /** Of a model: itself as an attack sees it, where it has a gradient. Natives are imported here too. */
  surrogate?(params: z.output<P>, context: LoadContext): Promise<Result<Surrogate>>;
}

/** What is wrong with files that parameters lead to. */
export interface UnfitFiles extends Problem {
  /** Words that could stand at `specPath`. */
  readonly valid?: readonly string[];
}

/** Declares a plugin, one a file; it does nothing until `registry.ts` lists it. */
export function definePlugin<F extends Family, P extends z.ZodType>(plugin: Plugin<F, P>): Plugin<F, P> {
  return plugin;
}
