import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { EmbeddingModel, FaceEmbedding } from '../../plugins/declare.js';
import { ok, type Result } from '../../protocol/errors.js';
import { decodeImage, type RgbImage } from '../images/decode.js';
import { cachedGraph, openSession } from '../session.js';
import { MOST_THREADS } from '../threads.js';
import { type Alignment, chipTransform, wholeChip } from './align.js';
import type { DetectorInput } from './detector.js';
import { FaceThreads } from './face-threads.js';
import { affineOf, type Similarity } from './geometry.js';
import { CHIP_SIZE, DESCRIPTOR_LENGTH, recognitionGraph } from './graphs/recognition.js';
import { FaceLocator, type LocatedFace, type LocatorOptions } from './locator.js';
import { warpInto } from './warp.js';
import { readWeights } from './weights.js';

const BATCH = 8;
/** An image that is a face already is decoded at this size at most, in pixels of the longer side: several chips' worth. */
const LONGEST_CROP = 1024;
const PLANE = CHIP_SIZE * CHIP_SIZE;
const CHIP_VALUES = 3 * PLANE;

export interface FaceRecognitionOptions extends LocatorOptions {
  readonly align: Alignment;
  /** Whether the descriptor is the mean of the chip's and of its mirror image's. */
  readonly mirror: boolean;
  /** Whether all faces of a photograph are described, or its largest. */
  readonly faces?: 'largest' | 'all';
}

/** What a thread opens its networks by. */
export interface FaceThreadData {
  readonly options: FaceRecognitionOptions;
  /** Keeps the graphs that are built from the weights. */
  readonly folder: string;
}

/** Photograph → largest face → 68 landmarks → aligned chip → 128 numbers, not normalised. */
export class FaceRecogniser implements EmbeddingModel<DetectorInput> {
  readonly dimension = DESCRIPTOR_LENGTH;
  readonly batchSize = BATCH;
  private elsewhere: FaceThreads | undefined;
  readonly embedFaces?: (batch: readonly DetectorInput[]) => Promise<FaceEmbedding[][]>;

  private constructor(
    private readonly locator: FaceLocator | undefined,
    private readonly network: InferenceSession,
    private readonly options: FaceRecognitionOptions,
    private readonly folder: string,
    private readonly threads: number,
  ) {
    const describe = (faces: readonly LocatedFace[]) => this.describe(faces.map(this.chipOf));
    if (locator) this.embedFaces = (batch) => locator.embedFaces(batch, options.faces ?? 'largest', BATCH, describe);
  }

  /** `folder` keeps the graphs that are built from the weights. */
  static async load(options: FaceRecognitionOptions, folder: string, threads: number): Promise<FaceRecogniser> {
    const locator = options.align === 'cropped' ? undefined : await FaceLocator.load(options, folder, threads);
    const network = await openSession(await recognitionModel(folder), { threads });
    return new FaceRecogniser(locator, network, options, folder, threads);
  }

  async prepare(bytes: Uint8Array): Promise<Result<DetectorInput>> {
    if (this.locator) return this.locator.decode(bytes);
    const face = await decodeImage(bytes, LONGEST_CROP);
    // No detector looks at it.
    return face.ok ? ok({ image: face.value, canvas: face.value }) : face;
  }

  embed(batch: readonly DetectorInput[]): Promise<(Float32Array | null)[]> {
    if (this.locator) return this.locator.describeLargest(batch, (faces) => this.describe(faces.map(this.chipOf)));
    return this.describe(batch.map(({ image }) => ({ image, place: wholeChip(image) })));
  }

  /** By threads that are started with the first call; undefined where there is one core. */
  inThreads(): FaceThreads | undefined {
    const data: FaceThreadData = { options: this.options, folder: this.folder };
    if (this.threads > 1 && this.locator) {
      this.elsewhere ??= new FaceThreads(Math.min(this.threads, MOST_THREADS), data);
    }
    return this.elsewhere;
  }

  async close(): Promise<void> {
    await this.elsewhere?.close();
    await this.locator?.close();
    await this.network.release();
  }

  private readonly chipOf = ({ image, box, landmarks }: LocatedFace) => {
    const { align } = this.options;
    return { image, place: align === 'cropped' ? wholeChip(image) : chipTransform(align, box, landmarks) };
  };

  private async describe(faces: readonly { image: RgbImage; place: Similarity }[]): Promise<Float32Array[]> {
    const { mirror } = this.options;
    const views = mirror ? 2 : 1;
    const chips = new Float32Array(faces.length * views * CHIP_VALUES);
    for (const [n, { image, place }] of faces.entries()) {
      const chip = chips.subarray(n * views * CHIP_VALUES, (n * views + 1) * CHIP_VALUES);
      warpInto(chip, CHIP_SIZE, image, affineOf(place));
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
