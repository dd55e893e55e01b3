import pMap from 'p-map';
import type { FaceEmbedding } from '../../plugins/declare.js';
import { ok, ProblemError, type Result } from '../../protocol/errors.js';
import type { FoundFace } from '../../protocol/images/found-face.js';
import { decodeImage, decodeRegion, type RgbImage, uprightSize } from '../images/decode.js';
import { fivePoints } from './arcface.js';
import {
  type DetectedFace,
  type DetectorInput,
  type DetectorName,
  FaceDetector,
  type LargerPhotograph,
} from './detector.js';
import { areaOf, type Box, overlap, type Point } from './geometry.js';
import { LandmarkFinder } from './landmarks.js';

/** Photographs are looked at up to this size, in pixels of the longer side, unless no face is found in them, or a small one. */
const LONGEST_LOOKED_AT = 1024;
/**
 * A face whose box has a shorter side of fewer pixels there is cut from the photograph itself: of the network's 150 pixels
 * the face takes a hundred.
 */
const SMALLEST_CUT = 100;
/** Photographs in which faces are looked for at once: while one is decoded anew, the detector looks at another. */
const LOCATING = 4;
/** What is cut from the photograph goes beyond the box by its size on every side: more than any alignment shows. */
const MARGIN = 1;

export interface LocatorOptions {
  readonly detector: DetectorName;
  /** A detection counts above this score, 0–1. */
  readonly minConfidence: number;
  /**
   * Where no face is found in a photograph as a whole it is looked at in tiles: shrunk to 1024 pixels of the longer side,
   * then to twice as many each time, up to so many. Below 1024 it is not.
   */
  readonly maxSide: number;
}

/** How `face-recognition` finds faces unless it is told otherwise, and all that find faces for another model. */
export const DEFAULT_LOCATOR: LocatorOptions = { detector: 'ssd', minConfidence: 0.3, maxSide: 2048 };

/** The largest face of a photograph, with its 68 landmarks, in the pixels of `image`. */
export interface LocatedFace {
  /** The photograph, perhaps shrunk, or the part around the face. */
  readonly image: RgbImage;
  /** Where `image` lies in the photograph as it was given, and how many of its pixels make up one. */
  readonly place: Place;
  readonly box: Box;
  readonly score: number;
  readonly landmarks: readonly Point[];
  /** Width and height of the photograph in pixels, and how many faces were found in it. */
  readonly photograph: { readonly width: number; readonly height: number; readonly faces: number };
}

interface Place {
  readonly left: number;
  readonly top: number;
  readonly x: number;
  readonly y: number;
}

/** What a detector gave, before its landmarks are looked for. */
type PlacedFace = DetectedFace & Pick<LocatedFace, 'image' | 'place' | 'photograph'>;

/** How many pixels of what a face is cut from make up one of its photograph, 0–1; `box` is in the photograph's pixels. */
export function cutScale({ width, height }: { width: number; height: number }, box: Box): number {
  const reduced = Math.min(1, LONGEST_LOOKED_AT / Math.max(width, height));
  const side = Math.min(box.right - box.left, box.bottom - box.top);
  return side * reduced >= SMALLEST_CUT ? reduced : Math.min(1, (2 * SMALLEST_CUT) / side);
}

/** A face's box and landmarks in the pixels of its photograph. */
export function inPhotograph({ box, landmarks, place }: LocatedFace): { box: Box; landmarks: Point[] } {
  return {
    box: boxInPhotograph(box, place),
    // Points count from the centre of the first pixel, which lies half a pixel in.
    landmarks: landmarks.map(({ x, y }) => ({
      x: place.left + (x + 0.5) * place.x - 0.5,
      y: place.top + (y + 0.5) * place.y - 0.5,
    })),
  };
}

/** As it is kept beside the face's embedding: to tenths of a pixel, with the five landmarks that ArcFace aligns by. */
export function foundFaceOf(located: LocatedFace): FoundFace {
  const { width, height, faces } = located.photograph;
  const { box, landmarks } = inPhotograph(located);
  return {
    size: [width, height],
    box: [tenths(box.left), tenths(box.top), tenths(box.right), tenths(box.bottom)],
    landmarks: fivePoints(landmarks).map(({ x, y }) => [tenths(x), tenths(y)]),
    score: Math.round(located.score * 1e4) / 1e4,
    detected: faces,
  };
}

const tenths = (pixels: number) => Math.round(pixels * 10) / 10;

/** Finds the largest face of photographs. */
export class FaceLocator {
  private constructor(
    private readonly detector: FaceDetector,
    private readonly landmarks: LandmarkFinder,
    private readonly maxSide: number,
  ) {}

  /** `folder` keeps the graphs that are built from the weights. */
  static async load(
    { detector, minConfidence, maxSide }: LocatorOptions,
    folder: string,
    threads: number,
  ): Promise<FaceLocator> {
    const faces = await FaceDetector.load(detector, minConfidence, folder, threads);
    return new FaceLocator(faces, await LandmarkFinder.load(folder, threads), maxSide);
  }

  /** Decodes a photograph at the size that faces are looked for in: `image-unreadable` where it is none. */
  async decode(bytes: Uint8Array): Promise<Result<DetectorInput>> {
    const image = await decodeImage(bytes, LONGEST_LOOKED_AT);
    if (!image.ok) return image;
    if (longerSide(image.value) < LONGEST_LOOKED_AT) return ok(await this.detector.prepare(image.value));
    return ok(await this.detector.prepare(image.value, { bytes, ...(await uprightSize(bytes)) }));
  }

  /** The largest face of each photograph, or null where there is none. */
  async locate(batch: readonly DetectorInput[]): Promise<(LocatedFace | null)[]> {
    const largest = await pMap(batch, (input) => this.largestOf(input), { concurrency: LOCATING });
    const found = largest.filter((face) => face !== undefined);
    const landmarks = found.length > 0 ? await this.landmarks.find(found) : [];
    let next = 0;
    return largest.map((face) => (face ? { ...face, landmarks: landmarks[next++] } : null));
  }

  /**
   * Every face of each photograph, the largest first. Those that are found together are: tiles are looked at where the
   * photograph as a whole shows none.
   */
  async locateAll(batch: readonly DetectorInput[]): Promise<LocatedFace[][]> {
    const located: LocatedFace[][] = [];
    for (const input of batch) {
      const faces: PlacedFace[] = [];
      for (const face of await this.facesOf(input)) faces.push(await this.seenClosely(face, input.larger));
      const landmarks = faces.length > 0 ? await this.landmarks.find(faces) : [];
      located.push(faces.map((face, n) => ({ ...face, landmarks: landmarks[n] })));
    }
    return located;
  }

  private async largestOf(input: DetectorInput): Promise<PlacedFace | undefined> {
    const [largest] = await this.facesOf(input);
    return largest && this.seenClosely(largest, input.larger);
  }

  /** The largest first; of faces of one size the surest. */
  private async facesOf(input: DetectorInput): Promise<PlacedFace[]> {
    const { image, larger } = input;
    const { width, height } = larger ?? image;
    const detected = await this.detector.detect(input);
    const shown = detected.length > 0 ? { image, faces: detected } : await this.inTiles(input);
    const place = placeOf(shown.image, larger);
    const photograph = { width, height, faces: shown.faces.length };
    return bySize(shown.faces.map((face) => ({ ...face, image: shown.image, place, photograph })));
  }

  /** A small face of a photograph that was shrunk is cut from the photograph itself. */
  private async seenClosely(found: PlacedFace, larger: LargerPhotograph | undefined): Promise<PlacedFace> {
    if (!larger) return found;
    const box = boxInPhotograph(found.box, found.place);
    const scale = cutScale(larger, box);
    // What it was found in has as many pixels, but for rounding.
    if (scale * Math.max(found.place.x, found.place.y) <= 1.01) return found;
    const cut = await cutOf(larger, box, scale);
    // The box of a face of few pixels is inexact: in the cut it is seen as a portrait's is.
    const seen = await this.detector.detect(await this.detector.prepare(cut.image));
    return { ...found, ...cut, box: mostOverlapping(cut.box, seen)?.box ?? cut.box };
  }

  /** In ever more of the photograph's pixels, until a face is found. */
  private async inTiles({ image, larger }: DetectorInput): Promise<{ image: RgbImage; faces: DetectedFace[] }> {
    if (this.maxSide < LONGEST_LOOKED_AT || longerSide(image) <= this.detector.tileSide) return { image, faces: [] };
    for (let shown = image; ; ) {
      const faces = await this.detector.detectInTiles(shown);
      const side = longerSide(shown);
      if (faces.length > 0 || !larger || side >= Math.min(longerSide(larger), this.maxSide)) {
        return { image: shown, faces };
      }
      shown = await decodedAgain(decodeImage(larger.bytes, Math.min(2 * side, this.maxSide)));
    }
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

  /**
   * The largest face of each image or every one, the largest first, with the vector that `describe` gives of it, which is
   * given `most` faces of a photograph at once.
   */
  async embedFaces(
    batch: readonly DetectorInput[],
    which: 'largest' | 'all',
    most: number,
    describe: (faces: readonly LocatedFace[]) => Promise<Float32Array[]>,
  ): Promise<FaceEmbedding[][]> {
    const together = async (faces: readonly LocatedFace[]) => {
      const vectors = await describe(faces);
      return faces.map((face, n) => ({ vector: vectors[n], face: foundFaceOf(face) }));
    };
    if (which === 'largest') {
      return (await this.describeLargest(batch, together)).map((face) => (face ? [face] : []));
    }
    const embedded: FaceEmbedding[][] = [];
    for (const faces of await this.locateAll(batch)) {
      const of: FaceEmbedding[] = [];
      for (let first = 0; first < faces.length; first += most) {
        of.push(...(await together(faces.slice(first, first + most))));
      }
      embedded.push(of);
    }
    return embedded;
  }

  async close(): Promise<void> {
    await this.detector.close();
    await this.landmarks.close();
  }
}

function bySize(faces: readonly PlacedFace[]): PlacedFace[] {
  return faces.toSorted((a, b) => areaOf(b.box) - areaOf(a.box));
}

const longerSide = ({ width, height }: { width: number; height: number }) => Math.max(width, height);

function placeOf(image: RgbImage, { width, height }: { width: number; height: number } = image): Place {
  return { left: 0, top: 0, x: width / image.width, y: height / image.height };
}

function boxInPhotograph(box: Box, { left, top, x, y }: Place): Box {
  return {
    left: left + box.left * x,
    top: top + box.top * y,
    right: left + box.right * x,
    bottom: top + box.bottom * y,
  };
}

/** The face that shares most with a box; undefined where none shares anything with it. */
function mostOverlapping(box: Box, faces: readonly DetectedFace[]): DetectedFace | undefined {
  const shared = faces.map((face) => overlap(face.box, box));
  const most = Math.max(0, ...shared);
  return most > 0 ? faces[shared.indexOf(most)] : undefined;
}

/** The part of a photograph around a face, as many of its pixels as `scale` says, and the face's box in it. */
async function cutOf(
  photograph: LargerPhotograph,
  box: Box,
  scale: number,
): Promise<Pick<PlacedFace, 'image' | 'place' | 'box'>> {
  const beyond = MARGIN * Math.max(box.right - box.left, box.bottom - box.top);
  const left = Math.max(0, Math.floor(box.left - beyond));
  const top = Math.max(0, Math.floor(box.top - beyond));
  const width = Math.min(photograph.width, Math.ceil(box.right + beyond)) - left;
  const height = Math.min(photograph.height, Math.ceil(box.bottom + beyond)) - top;
  const longest = Math.ceil(scale * Math.max(width, height));
  const image = await decodedAgain(decodeRegion(photograph.bytes, { left, top, width, height }, longest));
  const [x, y] = [width / image.width, height / image.height];
  return {
    image,
    place: { left, top, x, y },
    box: {
      left: (box.left - left) / x,
      top: (box.top - top) / y,
      right: (box.right - left) / x,
      bottom: (box.bottom - top) / y,
    },
  };
}

/** Throws where bytes that were decoded once cannot be again. */
async function decodedAgain(decoding: Promise<Result<RgbImage>>): Promise<RgbImage> {
  const image = await decoding;
  if (!image.ok) throw new ProblemError(image.problem);
  return image.value;
}
