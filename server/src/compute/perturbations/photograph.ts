import type { FaceInPhotograph, ListedPhotograph, Perturbed } from '../../plugins/declare.js';
import { readUnchanged } from '../../plugins/images/read-unchanged.js';
import { fail } from '../../protocol/errors.js';
import { type FaceLocator, inPhotograph } from '../faces/locator.js';
import { decodeImage, type RgbImage } from '../images/decode.js';

/** Photographs are perturbed at their own size, whatever it is. */
const FULL_SIZE = 65_535;

/** A photograph to perturb, upright, with its largest face in its own pixels. */
export interface Photograph {
  readonly image: RgbImage;
  readonly face: FaceInPhotograph;
  /** SHA-256 of the file: with the seed what all random numbers for it are drawn from. */
  readonly hash: string;
  /** Of an attack that aims at somebody: a photograph of theirs. */
  readonly towards?: Photograph;
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
  const decoded = await locator.decode(bytes);
  if (!decoded.ok) return failed(decoded.problem.code, `${id}: ${decoded.problem.message}`);
  const [found] = await locator.locate([decoded.value]);
  if (!found) return { outcome: { kind: 'no-face' } };
  return { photograph: { image: image.value, face: { width, height, ...inPhotograph(found) }, hash } };
}

function failed(code: string, message: string): Opened {
  return { outcome: { kind: 'failed', problem: fail(code, message).problem } };
}
