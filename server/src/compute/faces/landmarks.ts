import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { RgbImage } from '../images/decode.js';
import { cachedGraph, openSession } from '../session.js';
import { affineOf, type Box, type Point, type Similarity } from './geometry.js';
import { LANDMARK_SIZE, landmarksGraph } from './graphs/landmarks.js';
import { warpInto } from './warp.js';
import { readWeights } from './weights.js';

const POINTS = 68;
/**
 * The detector's box is widened by this share on every side before landmarks are looked for. Chosen by top-1 on photographs
 * of CelebA in the wild; no benchmark repeats the choice.
 */
const WIDENED = 0.03;
const CROP_VALUES = 3 * LANDMARK_SIZE * LANDMARK_SIZE;

/** Finds the 68 landmarks of faces whose boxes are known. */
export class LandmarkFinder {
  private constructor(private readonly session: InferenceSession) {}

  static async load(folder: string, threads: number): Promise<LandmarkFinder> {
    const build = async () => landmarksGraph(await readWeights('face_landmark_68_model')).toBytes();
    return new LandmarkFinder(await openSession(await cachedGraph(folder, 'landmarks-1', build), { threads }));
  }

  /** 68 points in image pixels for each face. */
  async find(faces: readonly { image: RgbImage; box: Box }[]): Promise<Point[][]> {
    const crops = new Float32Array(faces.length * CROP_VALUES);
    const transforms = faces.map(({ image, box }, n) => {
      const { toImage, inside } = cropOf(image, box);
      warpInto(crops.subarray(n * CROP_VALUES, (n + 1) * CROP_VALUES), LANDMARK_SIZE, image, affineOf(toImage), inside);
      return toImage;
    });
    const shape = [faces.length, 3, LANDMARK_SIZE, LANDMARK_SIZE];
    const { points } = await this.session.run({ crop: new Tensor('float32', crops, shape) });
    return transforms.map((toImage, n) => pointsOf((points.data as Float32Array).subarray(n * 2 * POINTS), toImage));
  }

  async close(): Promise<void> {
    await this.session.release();
  }
}

/** The widened box within the image, centred in a square; what of the square lies outside of the box is black. */
function cropOf(image: RgbImage, box: Box): { toImage: Similarity; inside: Box } {
  const marginX = WIDENED * (box.right - box.left);
  const marginY = WIDENED * (box.bottom - box.top);
  const inside = {
    left: Math.max(0, Math.floor(box.left - marginX)),
    top: Math.max(0, Math.floor(box.top - marginY)),
    right: Math.min(image.width, Math.floor(box.right + marginX)),
    bottom: Math.min(image.height, Math.floor(box.bottom + marginY)),
  };
  const width = inside.right - inside.left;
  const height = inside.bottom - inside.top;
  const size = Math.max(width, height, 1);
  const scale = size / LANDMARK_SIZE;
  const tx = inside.left - Math.floor((size - width) / 2);
  const ty = inside.top - Math.floor((size - height) / 2);
  return { toImage: { a: scale, b: 0, tx, ty }, inside };
}

function pointsOf(shares: Float32Array, { a, tx, ty }: Similarity): Point[] {
  const at = (share: number) => share * LANDMARK_SIZE * a;
  return Array.from({ length: POINTS }, (_, n) => ({ x: at(shares[2 * n]) + tx, y: at(shares[2 * n + 1]) + ty }));
}
