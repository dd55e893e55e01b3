import type { EmbeddingModel, FaceEmbedding, LoadContext } from '../../plugins/declare.js';
import { ok, type Result } from '../../protocol/errors.js';
import { arcFaceTransform } from '../faces/arcface.js';
import type { DetectorInput } from '../faces/detector.js';
import { affineOf } from '../faces/geometry.js';
import { DEFAULT_LOCATOR, FaceLocator, type LocatedFace } from '../faces/locator.js';
import { warpInto } from '../faces/warp.js';
import { requireWeights } from '../faces/weights.js';
import type { RgbImage } from '../images/decode.js';
import { type EncoderOptions, ImageEncoder } from './image-encoder.js';
import { toInput } from './preprocess.js';

interface FaceEncoderOptions extends EncoderOptions {
  /** Whether all faces of a photograph are shown to it, one by one, or its largest. */
  readonly faces?: 'largest' | 'all';
}

/** An image encoder that is shown the largest face of a photograph, upright in ArcFace's place, and nothing else of it. */
export class FaceEncoder implements EmbeddingModel<DetectorInput> {
  readonly dimension: number;
  readonly batchSize: number;

  private constructor(
    private readonly encoder: ImageEncoder,
    private readonly locator: FaceLocator,
    private readonly options: FaceEncoderOptions,
  ) {
    this.dimension = encoder.dimension;
    this.batchSize = encoder.batchSize;
  }

  /** The encoder computes on the context's device; faces are found on the CPU, as `face-recognition` finds them. */
  static async load(file: string, options: FaceEncoderOptions, context: LoadContext): Promise<Result<FaceEncoder>> {
    const weights = await requireWeights();
    if (!weights.ok) return weights;
    const encoder = await ImageEncoder.load(file, options, context);
    if (!encoder.ok) return encoder;
    const locator = await FaceLocator.load(DEFAULT_LOCATOR, context.folder, context.threads);
    return ok(new FaceEncoder(encoder.value, locator, options));
  }

  prepare(bytes: Uint8Array): Promise<Result<DetectorInput>> {
    return this.locator.decode(bytes);
  }

  embed(batch: readonly DetectorInput[]): Promise<(Float32Array | null)[]> {
    return this.locator.describeLargest(batch, (faces) => this.describe(faces));
  }

  embedFaces(batch: readonly DetectorInput[]): Promise<FaceEmbedding[][]> {
    const { faces = 'largest' } = this.options;
    return this.locator.embedFaces(batch, faces, this.batchSize, (located) => this.describe(located));
  }

  private describe(faces: readonly LocatedFace[]): Promise<Float32Array[]> {
    return this.encoder.embed(faces.map((face) => toInput(squareOf(face, this.options.size), this.options)));
  }

  async close(): Promise<void> {
    await this.locator.close();
    await this.encoder.close();
  }
}

/** The face in 8-bit pixels, as the aligned images that encoders are trained on have it. */
function squareOf({ image, landmarks }: LocatedFace, size: number): RgbImage {
  const plane = size * size;
  const planes = new Float32Array(3 * plane);
  warpInto(planes, size, image, affineOf(arcFaceTransform(landmarks, size)));
  const data = Uint8Array.from(planes, (_, at) => Math.round(planes[(at % 3) * plane + Math.floor(at / 3)]));
  return { data, width: size, height: size };
}
