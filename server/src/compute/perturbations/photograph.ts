import type { FaceInPhotograph, ListedPhotograph, Perturbed } from '../../plugins/declare.js';
import { readUnchanged } from '../../plugins/read-unchanged.js';
import { fail } from '../../protocol/errors.js';
import type { Box, Point } from '../faces/geometry.js';
import { type FaceLocator, LONGEST_LOOKED_AT } from '../faces/locator.js';
import { decodeImage, type RgbImage } from '../images/decode.js';

/** Photographs are perturbed at their own size, whatever it is. */
const FULL_SIZE = 65_535;

/** A photograph to perturb, upright, with its largest face in its own pixels. */
export interface Photograph {
  readonly image: RgbImage;
  readonly face: FaceInPhotograph;
  /** SHA-256 of the file: with the seed what all random numbers for it are drawn from. */
  readonly hash: string;
}

/** A gray photograph with a face all over it, to try an attack on. */
export function blankPhotograph(side: number): Photograph {
  const data = new Uint8Array(3 * side * side).fill(128);
  const box = { left: 0, top: 0, right: side, bottom: side };
  const landmarks = Array.from({ length: 68 }, (_, n) => ({
    x: (side * (n % 9)) / 9,
    y: (side * Math.floor(n / 9)) / 9,
  }));
  return {
    image: { data, width: side, height: side },
    face: { width: side, height: side, box, landmarks },
    hash: '',
  };
}

export type Opened = { readonly photograph: Photograph } | { readonly outcome: Perturbed };

/** Decodes a photograph in full and finds its largest face; where that cannot be, the outcome says why. Throws as `readUnchanged` does. */
export async function openPhotograph(listed: ListedPhotograph, locator: FaceLocator): Promise<Opened> {
  const { id, hash } = listed;
  const bytes = await readUnchanged(listed);
  const image = await decodeImage(bytes, FULL_SIZE);
  if (!image.ok) return failed(image.problem.code, `${id}: ${image.problem.message}`);
  const { width, height } = image.value;
  const small = Math.max(width, height) > LONGEST_LOOKED_AT ? await decodeImage(bytes, LONGEST_LOOKED_AT) : image;
  if (!small.ok) return failed(small.problem.code, `${id}: ${small.problem.message}`);
  const [found] = await locator.locate([await locator.prepare(small.value)]);
  if (!found) return { outcome: { kind: 'no-face' } };
  const scale = { x: width / small.value.width, y: height / small.value.height };
  const face = { width, height, box: scaledBox(found.box, scale), landmarks: scaledPoints(found.landmarks, scale) };
  return { photograph: { image: image.value, face, hash } };
}

function failed(code: string, message: string): Opened {
  return { outcome: { kind: 'failed', problem: fail(code, message).problem } };
}

function scaledBox({ left, top, right, bottom }: Box, { x, y }: Point): Box {
  return { left: left * x, top: top * y, right: right * x, bottom: bottom * y };
}

/** Points count from the centre of the first pixel, which lies half a pixel in. */
function scaledPoints(points: readonly Point[], scale: Point): Point[] {
  return points.map(({ x, y }) => ({ x: (x + 0.5) * scale.x - 0.5, y: (y + 0.5) * scale.y - 0.5 }));
}
