import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { fitOntoCanvas, type RgbImage } from '../images/decode.js';
import { cachedGraph, openSession } from '../session.js';
import { areaOf, type Box, overlap } from './geometry.js';
import { SSD_SIZE, SSD_STEP, ssdGraph } from './graphs/ssd.js';
import { TINY_SIZE, tinyBox, tinyGraph } from './graphs/tiny.js';
import { SsdBoxes } from './ssd-boxes.js';
import { readWeights, type WeightFile, type Weights } from './weights.js';

export const DETECTORS = ['ssd', 'tiny'] as const;
export type DetectorName = (typeof DETECTORS)[number];

/** Turns candidate `n`'s encoding into a box in shares of the full square; the input has this height and width. */
type BoxOf = (n: number, encoding: Float32Array, height: number, width: number) => Box;

interface DetectorKind {
  readonly weights: WeightFile;
  readonly graph: (weights: Weights) => { toBytes(): Uint8Array };
  /** What a photograph's longer side is brought to, in pixels: each size is tried where those before found nothing. */
  readonly sizes: readonly [number, ...number[]];
  /** What both sides of the canvas are multiples of, in pixels. */
  readonly step: number;
  /** The side of the square that boxes are given in shares of, in pixels. */
  readonly square: number;
  readonly boxes: (weights: Weights) => BoxOf;
  /** Boxes that overlap more than this show the same face (docs/constants.md). */
  readonly sameFace: number;
}

const KINDS: Readonly<Record<DetectorName, DetectorKind>> = {
  ssd: {
    weights: 'ssd_mobilenetv1_model',
    graph: ssdGraph,
    // Half the size finds the large faces at a quarter of the cost, and boxes them no worse (docs/benchmarks.md).
    sizes: [SSD_SIZE / 2, SSD_SIZE],
    step: SSD_STEP,
    square: SSD_SIZE,
    boxes(weights) {
      const boxes = new SsdBoxes(weights);
      return (...candidate) => boxes.boxOf(...candidate);
    },
    sameFace: 0.5,
  },
  tiny: {
    weights: 'tiny_face_detector_model',
    graph: tinyGraph,
    sizes: [TINY_SIZE],
    step: TINY_SIZE,
    square: TINY_SIZE,
    boxes: () => tinyBox,
    sameFace: 0.4,
  },
};

/** A face in an image: its box in the image's pixels, and how sure the detector is, 0–1. */
export interface DetectedFace {
  readonly box: Box;
  readonly score: number;
}

/** A photograph, and what the detector looks at first: the photograph on a canvas. */
export interface DetectorInput {
  readonly image: RgbImage;
  readonly canvas: RgbImage;
  /** The photograph that the image was shrunk from, where it was. */
  readonly larger?: LargerPhotograph;
}

/** A photograph that is not decoded in full, with its upright size in pixels. */
export interface LargerPhotograph {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Finds faces in photographs. */
export class FaceDetector {
  private constructor(
    private readonly session: InferenceSession,
    private readonly kind: DetectorKind,
    private readonly boxOf: BoxOf,
    private readonly minConfidence: number,
  ) {}

  static async load(name: DetectorName, minConfidence: number, folder: string, threads: number): Promise<FaceDetector> {
    const kind = KINDS[name];
    const weights = await readWeights(kind.weights);
    const model = await cachedGraph(folder, `${name}-1`, async () => kind.graph(weights).toBytes());
    return new FaceDetector(await openSession(model, { threads }), kind, kind.boxes(weights), minConfidence);
  }

  /** Draws the photograph onto the canvas that the detector looks at first. */
  async prepare(image: RgbImage, larger?: LargerPhotograph): Promise<DetectorInput> {
    return { image, canvas: await this.canvasOf(image, this.kind.sizes[0]), larger };
  }

  /** The photograph's faces, surest first, each once. */
  async detect({ image, canvas }: DetectorInput): Promise<DetectedFace[]> {
    let faces = await this.detectOn(canvas, image, this.kind.sizes[0]);
    for (const size of this.kind.sizes.slice(1)) {
      if (faces.length === 0) faces = await this.detectOn(await this.canvasOf(image, size), image, size);
    }
    return faces;
  }

  /**
   * The photograph's faces, surest first, each once, as they are found in squares of it that are shown as they are: those
   * that are too small where all of the photograph is brought to what the detector looks at.
   */
  async detectInTiles(image: RgbImage): Promise<DetectedFace[]> {
    const side = this.tileSide;
    const found: DetectedFace[] = [];
    for (const top of startsOf(image.height, side)) {
      for (const left of startsOf(image.width, side)) {
        const tile = cutOut(image, left, top, side);
        const faces = await this.detectOn(await this.canvasOf(tile, side), tile, side);
        found.push(...faces.map(({ score, box }) => ({ score, box: shifted(box, left, top) })));
      }
    }
    return suppress(found, this.kind.sameFace);
  }

  /** In pixels; a photograph whose sides are no longer has been looked at as it is. */
  get tileSide(): number {
    return this.kind.sizes.at(-1) ?? this.kind.sizes[0];
  }

  private canvasOf(image: RgbImage, size: number): Promise<RgbImage> {
    return fitOntoCanvas(image, size, this.kind.step);
  }

  /** The faces on a canvas whose photograph's longer side has `size` pixels, in the photograph's own pixels. */
  private async detectOn({ height, width, data }: RgbImage, image: RgbImage, size: number): Promise<DetectedFace[]> {
    const pixels = new Tensor('uint8', data, [1, height, width, 3]);
    const { scores, encodings } = await this.session.run({ pixels });
    const encoding = encodings.data as Float32Array;
    const scale = (this.kind.square / size) * Math.max(image.width, image.height);
    const found: DetectedFace[] = [];
    for (const [n, score] of (scores.data as Float32Array).entries()) {
      if (score <= this.minConfidence) continue;
      found.push({ score, box: scaled(this.boxOf(n, encoding.subarray(4 * n, 4 * n + 4), height, width), scale) });
    }
    return suppress(found, this.kind.sameFace);
  }

  async close(): Promise<void> {
    await this.session.release();
  }
}

/** Tiles share this part of their side: a face of that size lies whole in one of them. */
const SHARED = 1 / 4;

/** Where tiles begin that cover a length, the last of them at its end. */
function startsOf(length: number, side: number): number[] {
  const last = Math.max(0, length - side);
  const steps = Math.ceil(last / (side * (1 - SHARED)));
  return Array.from({ length: steps + 1 }, (_, n) => (steps === 0 ? 0 : Math.round((last * n) / steps)));
}

/** What a square of `side` pixels at (left, top) shows of an image. */
function cutOut(image: RgbImage, left: number, top: number, side: number): RgbImage {
  const width = Math.min(side, image.width - left);
  const height = Math.min(side, image.height - top);
  const data = new Uint8Array(3 * width * height);
  for (let row = 0; row < height; row++) {
    const from = 3 * ((top + row) * image.width + left);
    data.set(image.data.subarray(from, from + 3 * width), 3 * row * width);
  }
  return { data, width, height };
}

function shifted({ left, top, right, bottom }: Box, x: number, y: number): Box {
  return { left: left + x, top: top + y, right: right + x, bottom: bottom + y };
}

function scaled({ left, top, right, bottom }: Box, by: number): Box {
  return { left: left * by, top: top * by, right: right * by, bottom: bottom * by };
}

/** Non-maximum suppression: of boxes that show the same face the surest stays. */
function suppress(faces: readonly DetectedFace[], sameFace: number): DetectedFace[] {
  const kept: DetectedFace[] = [];
  for (const face of [...faces].sort((a, b) => b.score - a.score)) {
    if (kept.every(({ box }) => overlap(box, face.box) <= sameFace)) kept.push(face);
  }
  return kept;
}

/** The face with the largest box, or undefined where there is none. */
export function largestFace(faces: readonly DetectedFace[]): DetectedFace | undefined {
  return faces.reduce<DetectedFace | undefined>(
    (largest, face) => (largest && areaOf(largest.box) >= areaOf(face.box) ? largest : face),
    undefined,
  );
}
