import { allot, openKernel, toLanes } from '../kernel.js';
import type { Taps } from './cubic-taps.js';
import type { RgbImage } from './decode.js';
import { RESAMPLE_WASM } from './resample-wasm.js';

/** Bytes of a photograph that are handed to the kernels at a time, which bounds the memory that they keep. */
const STRIPE = 1 << 20;

/** What resample.wat exports; every parameter but a count is a position in its memory or a distance there. */
interface Kernels {
  across(...of: [source: number, sourceRow: number, rows: number, ...Table, target: number, targetRow: number]): void;
  down(...of: [source: number, row: number, ...Table, target: number]): void;
}
type Table = [first: number, start: number, weights: number, count: number];

let opened: ReturnType<typeof openKernel<Kernels>> | undefined;

/** The weighted sums of an image's pixels along its rows and then along the columns of that: 8-bit RGB. */
export function weightedSums({ data, width }: RgbImage, across: Taps, down: Taps): Uint8Array {
  const [row, narrowRow] = [3 * width, toLanes(3 * across.first.length)];
  const atOnce = Math.max(1, Math.floor(STRIPE / row));
  const sizes = [bytesOf(across), bytesOf(down), atOnce * row, (down.to - down.from) * narrowRow];
  // Opened when the first photograph comes.
  opened ??= openKernel<Kernels>(RESAMPLE_WASM);
  const kernel = opened;
  const [acrossAt, downAt, stripe, narrow, result] = allot(kernel, [...sizes, down.first.length * narrowRow]);
  const bytes = new Uint8Array(kernel.memory.buffer);
  const [columns, rows] = [writeTaps(bytes, acrossAt, across), writeTaps(bytes, downAt, down)];
  for (let top = down.from; top < down.to; top += atOnce) {
    const count = Math.min(atOnce, down.to - top);
    bytes.set(data.subarray(top * row, (top + count) * row), stripe);
    const target = narrow + (top - down.from) * narrowRow;
    kernel.across(stripe + 3 * across.from, row, count, ...columns, target, narrowRow);
  }
  kernel.down(narrow, narrowRow, ...rows, result);
  return withoutGaps(bytes.subarray(result), 3 * across.first.length, narrowRow, down.first.length);
}

function bytesOf({ first, start, weights }: Taps): number {
  return 4 * (first.length + start.length + weights.length);
}

function writeTaps({ buffer }: Uint8Array, at: number, { first, start, weights }: Taps): Table {
  const [startAt, weightsAt] = [at + 4 * first.length, at + 4 * (first.length + start.length)];
  new Int32Array(buffer, at, first.length).set(first);
  new Int32Array(buffer, startAt, start.length).set(start);
  new Int32Array(buffer, weightsAt, weights.length).set(weights);
  return [at, startAt, weightsAt, first.length];
}

function withoutGaps(bytes: Uint8Array, length: number, row: number, rows: number): Uint8Array {
  const values = new Uint8Array(length * rows);
  for (let n = 0; n < rows; n++) values.set(bytes.subarray(n * row, n * row + length), n * length);
  return values;
}
