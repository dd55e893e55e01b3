import { type Box, fitSimilarity, invert, mean, type Point, type Similarity } from './geometry.js';
import { CHIP_SIZE } from './graphs/recognition.js';

/** How a face that was found is brought into the 150×150 chip: dlib's rotated one, face-api's upright one, or the box itself. */
export const FACE_ALIGNMENTS = ['dlib', 'face-api', 'none'] as const;
export type FaceAlignment = (typeof FACE_ALIGNMENTS)[number];
/** Or the image is a face already, and nothing is looked for. */
export type Alignment = FaceAlignment | 'cropped';

/** dlib's padding of a chip, in chip widths on either side. */
const PADDING = 0.25;

/** Which of the 68 points make up the eyes, left and right in the picture, and the mouth. */
export const LEFT_EYE = [36, 37, 38, 39, 40, 41];
export const RIGHT_EYE = [42, 43, 44, 45, 46, 47];
const MOUTH = Array.from({ length: 20 }, (_, n) => 48 + n);

/**
 * dlib's five template points (docs/constants.md), in shares of an unpadded chip: outer and inner corner of the eye on
 * the right of the picture, of the one on the left, and the base of the nose.
 */
const TEMPLATE: readonly Point[] = [
  { x: 0.8595674595992, y: 0.2134981538014 },
  { x: 0.6460604764104, y: 0.2289674387677 },
  { x: 0.1205750620789, y: 0.2137274526848 },
  { x: 0.3340850613712, y: 0.2290642403242 },
  { x: 0.4901123135679, y: 0.6277975316475 },
];
/** The same five among the 68 points. */
const TEMPLATE_POINTS = [45, 42, 36, 39, 33];

/** The transform from chip pixels to image pixels. */
export function chipTransform(alignment: FaceAlignment, box: Box, landmarks: readonly Point[]): Similarity {
  if (alignment === 'dlib') return dlibChip(landmarks);
  return squareChip(alignment === 'face-api' ? faceApiSquare(landmarks) : squareAround(box));
}

/** The transform from chip pixels to those of an image that is a face already: the chip is its middle square. */
export function wholeChip({ width, height }: { readonly width: number; readonly height: number }): Similarity {
  const size = Math.min(width, height);
  return squareChip({ left: (width - size) / 2, top: (height - size) / 2, size });
}

/** The least-squares similarity from the landmarks to dlib's template: template = (padding + p) / (2 · padding + 1) · 150. */
function dlibChip(landmarks: readonly Point[]): Similarity {
  const place = (share: number) => ((PADDING + share) / (2 * PADDING + 1)) * CHIP_SIZE;
  const template = TEMPLATE.map(({ x, y }) => ({ x: place(x), y: place(y) }));
  const points = TEMPLATE_POINTS.map((index) => landmarks[index]);
  return invert(fitSimilarity(points, template));
}

interface Square {
  readonly left: number;
  readonly top: number;
  readonly size: number;
}

/** face-api's crop (docs/constants.md): upright, its size from the distance between eyes and mouth. */
function faceApiSquare(landmarks: readonly Point[]): Square {
  const [left, right, mouth] = [LEFT_EYE, RIGHT_EYE, MOUTH].map((part) => mean(part.map((index) => landmarks[index])));
  const distance = (eye: Point) => Math.hypot(mouth.x - eye.x, mouth.y - eye.y);
  const size = Math.floor((distance(left) + distance(right)) / 2 / 0.45);
  const centre = mean([left, right, mouth]);
  return {
    left: Math.floor(Math.max(0, centre.x - 0.5 * size)),
    top: Math.floor(Math.max(0, centre.y - 0.43 * size)),
    size,
  };
}

function squareAround({ left, top, right, bottom }: Box): Square {
  const size = Math.max(right - left, bottom - top);
  return { left: (left + right - size) / 2, top: (top + bottom - size) / 2, size };
}

/** Pixels of the chip and of the square are cells: their centres lie half a pixel in. */
function squareChip({ left, top, size }: Square): Similarity {
  const scale = size / CHIP_SIZE;
  const shift = 0.5 * scale - 0.5;
  return { a: scale, b: 0, tx: left + shift, ty: top + shift };
}
