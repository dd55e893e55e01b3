import { ok, type Result } from '../../protocol/errors.js';
import { decodeImage, type RgbImage } from '../images/decode.js';
import { type DetectedFace, type DetectorInput, type DetectorName, FaceDetector, largestFace } from './detector.js';
import type { Box, Point } from './geometry.js';
import { LandmarkFinder } from './landmarks.js';

/** Photographs are looked at up to this size, in pixels of the longer side. */
export const LONGEST_LOOKED_AT = 1024;

export interface LocatorOptions {
  readonly detector: DetectorName;
  /** A detection counts above this score, 0–1. */
  readonly minConfidence: number;
}

/** How `face-recognition` finds faces unless it is told otherwise, and all that find faces for another model. */
export const DEFAULT_LOCATOR: LocatorOptions = { detector: 'ssd', minConfidence: 0.3 };

/** The largest face of an image, with its 68 landmarks. */
export interface LocatedFace {
  readonly image: RgbImage;
  readonly box: Box;
  readonly score: number;
  readonly landmarks: readonly Point[];
}

/** Finds the largest face of photographs. */
export class FaceLocator {
  private constructor(
    private readonly detector: FaceDetector,
    private readonly landmarks: LandmarkFinder,
  ) {}

  /** `folder` keeps the graphs that are built from the weights. */
  static async load(
    { detector, minConfidence }: LocatorOptions,
    folder: string,
    threads: number,
  ): Promise<FaceLocator> {
    const faces = await FaceDetector.load(detector, minConfidence, folder, threads);
    return new FaceLocator(faces, await LandmarkFinder.load(folder, threads));
  }

  /** Decodes a photograph at the size that faces are looked for in: `image-unreadable` where it is none. */
  async decode(bytes: Uint8Array): Promise<Result<DetectorInput>> {
    const image = await decodeImage(bytes, LONGEST_LOOKED_AT);
    return image.ok ? ok(await this.prepare(image.value)) : image;
  }

  prepare(image: RgbImage): Promise<DetectorInput> {
    return this.detector.prepare(image);
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

  /** What `describe` gives of the largest face of each image, or null where there is none. */
  async describeLargest<T>(
    batch: readonly DetectorInput[],
    describe: (faces: readonly LocatedFace[]) => Promise<T[]>,
  ): Promise<(T | null)[]> {
    const located = await this.locate(batch);
    const faces = located.filter((face) => face !== null);
    const described = faces.length > 0 ? await describe(faces) : [];
    let next = 0;
    return located.map((face) => (face ? described[next++] : null));
  }

  async close(): Promise<void> {
    await this.detector.close();
    await this.landmarks.close();
  }
}
