import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { EmbeddingModel } from '../../plugins/declare.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { openSession } from '../session.js';
import { inputShape, type Preprocessing, preprocess } from './preprocess.js';

const BATCH = 8;

/** How an image encoder is used. */
export interface EncoderOptions extends Preprocessing {
  /** The names of the model's input and output. */
  readonly input: string;
  readonly output: string;
  /** How many images the model takes at once, or null where it takes any number. */
  readonly batch: number | null;
  /** Whether embeddings are brought to length 1. */
  readonly normalise: boolean;
}

/** Any image encoder in ONNX: one image tensor in, one vector an image out. */
export class ImageEncoder implements EmbeddingModel<Float32Array> {
  readonly batchSize: number;

  private constructor(
    private readonly session: InferenceSession,
    private readonly options: EncoderOptions,
    readonly dimension: number,
  ) {
    this.batchSize = options.batch ?? BATCH;
  }

  /** Opens the model and runs it once, so that one that does not fit is refused before the work begins. */
  static async load(file: string, options: EncoderOptions, threads: number): Promise<Result<ImageEncoder>> {
    try {
      const session = await openSession(file, { threads });
      const [row] = await encode(session, options, [new Float32Array(3 * options.size ** 2)]);
      return ok(new ImageEncoder(session, options, row.length));
    } catch (error) {
      const hint = 'Check `size`, `layout` and `output` against the model.';
      return fail('model-unusable', `${file} cannot be run on an image: ${(error as Error).message}`, { hint });
    }
  }

  prepare(bytes: Uint8Array): Promise<Result<Float32Array>> {
    return preprocess(bytes, this.options);
  }

  embed(batch: readonly Float32Array[]): Promise<Float32Array[]> {
    return encode(this.session, this.options, batch);
  }

  async close(): Promise<void> {
    await this.session.release();
  }
}

async function encode(
  session: InferenceSession,
  { input, output, batch, size, layout, normalise }: EncoderOptions,
  images: readonly Float32Array[],
): Promise<Float32Array[]> {
  const rows = batch ?? images.length;
  const values = new Float32Array(rows * 3 * size ** 2);
  for (const [n, image] of images.entries()) values.set(image, n * image.length);
  const results = await session.run({ [input]: new Tensor('float32', values, inputShape(rows, size, layout)) }, [
    output,
  ]);
  const vectors = results[output].data as Float32Array;
  const length = vectors.length / rows;
  const each = images.map((_, n) => vectors.slice(n * length, (n + 1) * length));
  return normalise ? each.map(toUnitLength) : each;
}

function toUnitLength(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return length > 0 ? vector.map((value) => value / length) : vector;
}
