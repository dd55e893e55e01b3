import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { EmbeddingModel } from '../../plugins/declare.js';
import type { Result } from '../../protocol/errors.js';
import { cachedGraph, openSession } from '../session.js';
import { type Alignment, chipTransform } from './align.js';
import type { DetectorInput } from './detector.js';
import { affineOf } from './geometry.js';
import { CHIP_SIZE, DESCRIPTOR_LENGTH, recognitionGraph } from './graphs/recognition.js';
import { FaceLocator, type LocatedFace, type LocatorOptions } from './locator.js';
import { warpInto } from './warp.js';
import { readWeights } from './weights.js';

const BATCH = 8;
const PLANE = CHIP_SIZE * CHIP_SIZE;
const CHIP_VALUES = 3 * PLANE;

export interface FaceRecognitionOptions extends LocatorOptions {
  readonly align: Alignment;
  /** Whether the descriptor is the mean of the chip's and of its mirror image's. */
  readonly mirror: boolean;
}

/** Photograph → largest face → 68 landmarks → aligned chip → 128 numbers, not normalised. */
export class FaceRecogniser implements EmbeddingModel<DetectorInput> {
  readonly dimension = DESCRIPTOR_LENGTH;
  readonly batchSize = BATCH;

  private constructor(
    private readonly locator: FaceLocator,
    private readonly network: InferenceSession,
    private readonly options: FaceRecognitionOptions,
  ) {}

  /** `folder` keeps the graphs that are built from the weights. */
  static async load(options: FaceRecognitionOptions, folder: string, threads: number): Promise<FaceRecogniser> {
    const locator = await FaceLocator.load(options, folder, threads);
    const network = await openSession(await recognitionModel(folder), { threads });
    return new FaceRecogniser(locator, network, options);
  }

  prepare(bytes: Uint8Array): Promise<Result<DetectorInput>> {
    return this.locator.decode(bytes);
  }

  embed(batch: readonly DetectorInput[]): Promise<(Float32Array | null)[]> {
    return this.locator.describeLargest(batch, (faces) => this.describe(faces));
  }

  async close(): Promise<void> {
    await this.locator.close();
    await this.network.release();
  }

  private async describe(faces: readonly LocatedFace[]): Promise<Float32Array[]> {
    const { mirror, align } = this.options;
    const views = mirror ? 2 : 1;
    const chips = new Float32Array(faces.length * views * CHIP_VALUES);
    for (const [n, { image, box, landmarks }] of faces.entries()) {
      const chip = chips.subarray(n * views * CHIP_VALUES, (n * views + 1) * CHIP_VALUES);
      warpInto(chip, CHIP_SIZE, image, affineOf(chipTransform(align, box, landmarks)));
      if (mirror) mirrorInto(chips.subarray((n * views + 1) * CHIP_VALUES, (n * views + 2) * CHIP_VALUES), chip);
    }
    const shape = [faces.length * views, 3, CHIP_SIZE, CHIP_SIZE];
    const { descriptor } = await this.network.run({ chip: new Tensor('float32', chips, shape) });
    return faces.map((_, n) => meanOf(descriptor.data as Float32Array, n * views, views));
  }
}

/** The bytes of the recognition network: `chip` [batch, 3, 150, 150] of 0–255 → `descriptor` [batch, 128]. */
export function recognitionModel(folder: string): Promise<Uint8Array> {
  return cachedGraph(folder, 'recognition-1', async () =>
    recognitionGraph(await readWeights('face_recognition_model')).toBytes(),
  );
}

function mirrorInto(target: Float32Array, chip: Float32Array): void {
  for (let row = 0; row < 3 * CHIP_SIZE; row++) {
    target.set(chip.subarray(row * CHIP_SIZE, (row + 1) * CHIP_SIZE).toReversed(), row * CHIP_SIZE);
  }
}

function meanOf(descriptors: Float32Array, first: number, count: number): Float32Array {
  const mean = new Float32Array(DESCRIPTOR_LENGTH);
  for (let row = first; row < first + count; row++) {
    for (let i = 0; i < DESCRIPTOR_LENGTH; i++) mean[i] += descriptors[row * DESCRIPTOR_LENGTH + i] / count;
  }
  return mean;
}
