import { Random } from '../random.js';
import { type InputValues, type Preprocessing, toInput } from './preprocess.js';

/** Sides of the squares of one colour that a probe image is made of, in shares of its own. */
const SQUARES = 4;

/** So many images of coloured squares, each others', as inputs: what a model is tried on before photographs are. */
export function probeImages(count: number, how: Preprocessing): InputValues[] {
  return Array.from({ length: count }, (_, n) => {
    const random = new Random(1, 'probe', String(n));
    const colours = Uint8Array.from({ length: 3 * SQUARES ** 2 }, () => random.between(0, 255));
    const { size } = how;
    const square = (at: number) => Math.floor((at * SQUARES) / size);
    const data = Uint8Array.from({ length: 3 * size * size }, (_, at) => {
      const pixel = Math.floor(at / 3);
      const block = SQUARES * square(Math.floor(pixel / size)) + square(pixel % size);
      return colours[3 * block + (at % 3)];
    });
    return toInput({ data, width: size, height: size }, how);
  });
}
