import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { EmbeddingModel } from '../../plugins/declare.js';
import type { HashedFile } from '../../plugins/images/read-unchanged.js';
import type { EncoderPorts } from '../../plugins/inspection/encoder-ports.js';
import { fail, ok, ProblemError, type Result } from '../../protocol/errors.js';
import type { SessionOptions } from '../session.js';
import { requireDevice } from './device.js';
import { openEncoder } from './open-encoder.js';
import { prepareElsewhere } from './prepare-elsewhere.js';
import { type InputValues, inputShape, newInput, type Preprocessing, preprocess } from './preprocess.js';
import { probeImages } from './probe-images.js';
import { toRows } from './rows.js';
import { refusedToRun, type Where } from './runtime-words.js';

const BATCH = 8;
/** Where one image takes longer than this, in milliseconds, a full batch is first seen when the work begins. */
const SLOW = 1500;
/** How far what a model gives of an image alone and among others may lie apart, as a share of its length. */
const SAME = 0.25;

/** How an image encoder is used. */
export interface EncoderOptions extends Preprocessing, Omit<EncoderPorts, 'dimension'> {
  /** Whether embeddings are brought to length 1. */
  readonly normalise: boolean;
  /** Where the largest face is shown in place of the photograph: how it is brought into the square. */
  readonly align?: 'arcface';
  /** How long a batch may take where the model has a Loop. */
  readonly seconds?: number;
}

/** Any image encoder in ONNX: one image tensor in, one vector an image out. */
export class ImageEncoder implements EmbeddingModel<InputValues> {
  private constructor(
    private readonly network: Network,
    readonly dimension: number,
    readonly batchSize: number,
  ) {}

  /**
   * Opens the model and runs it on one, two and a full batch of images, so that one that does not fit is refused before
   * the work begins: `model-unusable`, `model-unfit`. One that takes several images together badly takes them one by one.
   */
  static async load(
    file: string,
    options: EncoderOptions,
    { threads, device = 'cpu' }: SessionOptions,
  ): Promise<Result<ImageEncoder>> {
    const there = await requireDevice(device);
    if (!there.ok) return there;
    const where = { file, device };
    let session: InferenceSession;
    try {
      session = await openEncoder(file, { threads, device, seconds: options.seconds });
    } catch (error) {
      return refusedToRun(where, error as Error);
    }
    const network = new Network(session, options, where);
    const tried = await tryOut(network, options);
    if (tried.ok) return ok(new ImageEncoder(network, tried.value.dimension, tried.value.batchSize));
    await session.release();
    return tried;
  }

  prepare(bytes: Uint8Array): Promise<Result<InputValues>> {
    return preprocess(bytes, this.network.options);
  }

  prepareFile(image: HashedFile): Promise<Result<InputValues>> {
    return prepareElsewhere(image, this.network.options);
  }

  /** Throws a `ProblemError` where the model gives something else than on its first images. */
  async embed(batch: readonly InputValues[]): Promise<Float32Array[]> {
    const vectors: Float32Array[] = [];
    for (let start = 0; start < batch.length; start += this.batchSize) {
      const rows = await this.network.run(batch.slice(start, start + this.batchSize));
      if (!rows.ok) throw new ProblemError(rows.problem);
      vectors.push(...rows.value);
    }
    return vectors;
  }

  async close(): Promise<void> {
    await this.network.session.release();
  }
}

/** A session with what goes into it and what comes out. */
class Network {
  constructor(
    readonly session: InferenceSession,
    readonly options: EncoderOptions,
    private readonly where: Where,
  ) {}

  /** One vector for each image. */
  async run(images: readonly InputValues[]): Promise<Result<Float32Array[]>> {
    const { input, inputType, output, batch, normalise } = this.options;
    const rows = batch ?? images.length;
    const values = newInput(rows * 3 * this.options.size ** 2, inputType);
    for (const [n, image] of images.entries()) values.set(image, n * image.length);
    const tensor = new Tensor(inputType, values, inputShape(rows, this.options));
    let results: InferenceSession.ReturnType;
    try {
      results = await this.session.run({ [input]: tensor }, [output]);
    } catch (error) {
      return refusedToRun(this.where, error as Error);
    }
    const vectors = toRows(results[output] as Tensor, rows, normalise);
    if (vectors.ok) return ok(vectors.value.slice(0, images.length));
    const { code, message, hint } = vectors.problem;
    return fail(code, `${this.where.file}: ${message}`, { hint });
  }
}

/** How long the model's vectors are, and how many images it is given at once. */
async function tryOut(
  network: Network,
  options: EncoderOptions,
): Promise<Result<{ readonly dimension: number; readonly batchSize: number }>> {
  const images = probeImages(options.batch ?? BATCH, options);
  if (options.batch !== null) {
    const rows = await network.run(images);
    return rows.ok ? ok({ dimension: rows.value[0].length, batchSize: options.batch }) : rows;
  }
  const started = performance.now();
  const alone = await network.run(images.slice(0, 1));
  if (!alone.ok) return alone;
  const dimension = alone.value[0].length;
  for (const count of performance.now() - started > SLOW ? [2] : [BATCH, 2]) {
    const together = await network.run(images.slice(0, count));
    if (!together.ok) {
      // Many are exported with a batch of one inside, whatever they declare.
      if (together.problem.code === 'model-unusable') return ok({ dimension, batchSize: 1 });
      return together;
    }
    if (together.value[0].length !== dimension) return otherLength(dimension, together.value[0].length, count);
    if (!isSame(together.value[0], alone.value[0])) return ok({ dimension, batchSize: 1 });
  }
  return ok({ dimension, batchSize: BATCH });
}

function otherLength(alone: number, together: number, count: number): Result<never> {
  const message = `The model gives ${alone} numbers for one image, and ${together} for each of ${count}`;
  return fail('model-unfit', message, { hint: 'Export it so that it gives one vector for each image of a batch.' });
}

/** Whether an image's vector is the same whatever else is in the batch; what is not finite says nothing of that. */
function isSame(together: Float32Array, alone: Float32Array): boolean {
  let [difference, length] = [0, 0];
  for (const [n, value] of alone.entries()) {
    difference += (value - together[n]) ** 2;
    length += value ** 2;
  }
  return !Number.isFinite(difference) || !Number.isFinite(length) || difference <= SAME ** 2 * length;
}
