import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { EmbeddingModel } from '../../plugins/declare.js';
import { ok, type Result } from '../../protocol/errors.js';
import { decodeImage, type RgbImage } from '../images/decode.js';
import { cachedGraph, openSession } from '../session.js';
import { type Alignment, chipTransform } from './align.js';
import { type DetectedFace, type DetectorInput, type DetectorName, FaceDetector, largestFace } from './detector.js';
import type { Box, Point } from './geometry.js';
import { CHIP_SIZE, DESCRIPTOR_LENGTH, recognitionGraph } from './graphs/recognition.js';
import { LandmarkFinder } from './landmarks.js';
import { warpInto } from './warp.js';
import { readWeights } from './weights.js';

/** Photographs are looked at up to this size, in pixels of the longer side. */
const LONGEST = 1024;
const BATCH = 8;
const PLANE = CHIP_SIZE * CHIP_SIZE;
const CHIP_VALUES = 3 * PLANE;

export interface FaceRecognitionOptions {
  readonly detector: DetectorName;
  /** A detection counts above this score, 0–1. */
  readonly minConfidence: number;
  readonly align: Alignment;
  /** Whether the descriptor is the mean of the chip's and of its mirror image's. */
  readonly mirror: boolean;
}

/** The largest face of an image, with its 68 landmarks. */
export interface LocatedFace {
  readonly image: RgbImage;
  readonly box: Box;
  readonly score: number;
  readonly landmarks: readonly Point[];
}

/** Photograph → largest face → 68 landmarks → aligned chip → 128 numbers, not normalised. */
export class FaceRecogniser implements EmbeddingModel<DetectorInput> {
  readonly dimension = DESCRIPTOR_LENGTH;
  readonly batchSize = BATCH;

  private constructor(
    private readonly detector: FaceDetector,
    private readonly landmarks: LandmarkFinder,
    private readonly network: InferenceSession,
    private readonly options: FaceRecognitionOptions,
  ) {}

  /** `folder` keeps the graphs that are built from the weights. */
  static async load(options: FaceRecognitionOptions, folder: string, threads: number): Promise<FaceRecogniser> {
    const detector = await FaceDetector.load(options.detector, options.minConfidence, folder, threads);
    const landmarks = await LandmarkFinder.load(folder, threads);
    const network = await openSession(await recognitionModel(folder), { threads });
    return new FaceRecogniser(detector, landmarks, network, options);
  }

  async prepare(bytes: Uint8Array): Promise<Result<DetectorInput>> {
    const image = await decodeImage(bytes, LONGEST);
    if (!image.ok) return image;
    return ok(await this.detector.prepare(image.value));
  }

  async embed(batch: readonly DetectorInput[]): Promise<(Float32Array | null)[]> {
    const located = await this.locate(batch);
    const descriptors = await this.describe(located.filter((face) => face !== null));
    let next = 0;
    return located.map((face) => (face ? descriptors[next++] : null));
  }

  /** The largest face of each image, or null where there is none. */
  async locate(batch: readonly DetectorInput[]): Promise<(LocatedFace | null)[]> {
    const largest: (DetectedFace | undefined)[] = [];
    for (const input of batch) largest.push(largestFace(await this.detector.detect(input)));
    const found = batch.flatMap(({ image }, n) => (largest[n] ? [{ image, ...largest[n] }] : []));
    const landmarks = found.length > 0 ? await this.landmarks.find(found) : [];
    let next = 0;
    return largest.map((face) => {
      const position = next;
      if (face) next++;
      return face ? { ...found[position], landmarks: landmarks[position] } : null;
    });
  }

  async close(): Promise<void> {
    await this.detector.close();
    await this.landmarks.close();
    await this.network.release();
  }

  private async describe(faces: readonly LocatedFace[]): Promise<Float32Array[]> {
    if (faces.length === 0) return [];
    const { mirror, align } = this.options;
    const views = mirror ? 2 : 1;
    const chips = new Float32Array(faces.length * views * CHIP_VALUES);
    for (const [n, { image, box, landmarks }] of faces.entries()) {
      const chip = chips.subarray(n * views * CHIP_VALUES, (n * views + 1) * CHIP_VALUES);
      warpInto(chip, CHIP_SIZE, image, chipTransform(align, box, landmarks));
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
