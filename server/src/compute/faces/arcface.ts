import { LEFT_EYE, RIGHT_EYE } from './align.js';
import { fitSimilarity, invert, mean, type Point, type Similarity } from './geometry.js';

/** Side of the square that the template is given in, in pixels. */
const TEMPLATE_SIZE = 112;

/**
 * ArcFace's five template points (Deng et al., CVPR 2019; insightface's alignment) in a square of 112 pixels:
 * the eyes, left in the picture first, the tip of the nose, and the corners of the mouth. They are published for 96 × 112
 * pixels; the square is 8 wider on the left.
 */
const TEMPLATE: readonly Point[] = [
  { x: 30.2946 + 8, y: 51.6963 },
  { x: 65.5318 + 8, y: 51.5014 },
  { x: 48.0252 + 8, y: 71.7366 },
  { x: 33.5493 + 8, y: 92.3655 },
  { x: 62.7299 + 8, y: 92.2041 },
];
const NOSE_TIP = 30;
const MOUTH_CORNERS = [48, 54];

/**
 * The transform from pixels of an upright square of `size` pixels, in which a face lies as ArcFace's training images
 * have it, to pixels of the image: the inverse of the least-squares similarity from five points of the 68 landmarks.
 */
export function arcFaceTransform(landmarks: readonly Point[], size: number): Similarity {
  const scale = size / TEMPLATE_SIZE;
  const template = TEMPLATE.map(({ x, y }) => ({ x: x * scale, y: y * scale }));
  return invert(fitSimilarity(fivePoints(landmarks), template));
}

/** Of the 68 landmarks those that the template is of, in its order. */
export function fivePoints(landmarks: readonly Point[]): Point[] {
  const eyes = [LEFT_EYE, RIGHT_EYE].map((eye) => mean(eye.map((index) => landmarks[index])));
  return [...eyes, ...[NOSE_TIP, ...MOUTH_CORNERS].map((index) => landmarks[index])];
}
