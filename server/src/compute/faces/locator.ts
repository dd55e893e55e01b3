import type { RgbImage } from '../images/decode.js';
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

  async close(): Promise<void> {
    await this.detector.close();
    await this.landmarks.close();
  }
}
