import type { FoundFace } from '../../../server/src/protocol/images/found-face.js';

/** `matrix(a, b, c, d, e, f)` of CSS and of a canvas. */
export type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Sides of the square that is shown, in those of the box: hair and chin are in it. */
const AROUND = 1.7;
/** How far the two sides of a photograph may be scaled apart from what a model was shown: sizes are whole pixels. */
const SAME_SHAPE = 0.02;

/**
 * From the pixels of a photograph, as it is now, to a square of `side` pixels with the face upright in its middle.
 * Undefined where the photograph has not the shape of the one that the face was found in: it is another one.
 */
export function uprightCrop(face: FoundFace, now: Size, side: number): Matrix | undefined {
  const scale = scaleOf(face, now);
  if (scale === undefined) return undefined;
  const [left, top, right, bottom] = face.box;
  const shown = AROUND * Math.max(right - left, bottom - top) * scale;
  const angle = leanOf(face);
  const [a, b] = [(side / shown) * Math.cos(angle), (-side / shown) * Math.sin(angle)];
  const [x, y] = [((left + right) / 2) * scale, ((top + bottom) / 2) * scale];
  return [a, b, -b, a, side / 2 - a * x + b * y, side / 2 - b * x - a * y];
}

/** How many pixels of the photograph as it is now make up one of when the face was found; undefined of another shape. */
export function scaleOf({ size: [width, height] }: FoundFace, now: Size): number | undefined {
  const [x, y] = [now.width / width, now.height / height];
  return Math.abs(x / y - 1) <= SAME_SHAPE ? (x + y) / 2 : undefined;
}

/** By how much the line between the eyes is turned, in radians: clockwise is more. */
function leanOf({ landmarks: [left, right] }: FoundFace): number {
  return left && right ? Math.atan2(right[1] - left[1], right[0] - left[0]) : 0;
}
