import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { EmbeddingModel } from '../../plugins/declare.js';
import type { EncoderPorts } from '../../plugins/encoder-ports.js';
import type { Device } from '../../protocol/compute.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { openSession, type SessionOptions } from '../session.js';
import { requireDevice } from './device.js';
import { type InputValues, inputShape, newInput, type Preprocessing, preprocess } from './preprocess.js';
import { toRows } from './rows.js';

const BATCH = 8;

/** How an image encoder is used. */
export interface EncoderOptions extends Preprocessing, Omit<EncoderPorts, 'dimension'> {
  /** Whether embeddings are brought to length 1. */
  readonly normalise: boolean;
  /** Where the largest face is shown in place of the photograph: how it is brought into the square. */
  readonly align?: 'arcface';
}

/** Any image encoder in ONNX: one image tensor in, one vector an image out. */
export class ImageEncoder implements EmbeddingModel<InputValues> {
  readonly batchSize: number;

  private constructor(
    private readonly session: InferenceSession,
    private readonly options: EncoderOptions,
    readonly dimension: number,
  ) {
    this.batchSize = options.batch ?? BATCH;
  }

  /** Opens the model and runs it once, so that one that does not fit is refused before the work begins. */
  static async load(
    file: string,
    options: EncoderOptions,
    { threads, device = 'cpu' }: SessionOptions,
  ): Promise<Result<ImageEncoder>> {
    const there = await requireDevice(device);
    if (!there.ok) return there;
    try {
      const session = await openSession(file, { threads, device });
      const [row] = await encode(session, options, [newInput(3 * options.size ** 2, options.inputType)]);
      return ok(new ImageEncoder(session, options, row.length));
    } catch (error) {
      return unusable(file, device, (error as Error).message);
    }
  }

  prepare(bytes: Uint8Array): Promise<Result<InputValues>> {
    return preprocess(bytes, this.options);
  }

  embed(batch: readonly InputValues[]): Promise<Float32Array[]> {
    return encode(this.session, this.options, batch);
  }

  async close(): Promise<void> {
    await this.session.release();
  }
}

async function encode(
  session: InferenceSession,
  options: EncoderOptions,
  images: readonly InputValues[],
): Promise<Float32Array[]> {
  const { input, inputType, output, batch, normalise } = options;
  const rows = batch ?? images.length;
  const values = newInput(rows * 3 * options.size ** 2, inputType);
  for (const [n, image] of images.entries()) values.set(image, n * image.length);
  const tensor = new Tensor(inputType, values, inputShape(rows, options));
  const results = await session.run({ [input]: tensor }, [output]);
  return toRows(results[output], rows, normalise).slice(0, images.length);
}

function unusable(file: string, device: Device, reason: string): Result<never> {
  const where = device === 'cpu' ? '' : ` by ${device}`;
  const lacksOperator =
    /No Op registered|not a registered function\/op|not implemented|Could not find an implementation/i.test(reason);
  const hint = lacksOperator
    ? 'Export it again with operators of the ONNX standard, for an operator set that ONNX Runtime knows.'
    : 'Check `size`, `layout` and `output` against the model, and that its external data is beside it.';
  return fail('model-unusable', `${file} cannot be run on an image${where}: ${reason}`, { hint });
}
