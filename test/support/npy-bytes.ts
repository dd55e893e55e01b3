import { writeFile } from 'node:fs/promises';
import { Float16Array } from '@petamoriken/float16';

export interface NpyText {
  readonly descr?: string;
  readonly order?: string;
  readonly shape?: string;
  readonly version?: number;
}

/** An `.npy` file whose header says what it is told to, whatever follows it. */
export function npyBytes(
  data: Uint8Array,
  { descr = '<f4', order = 'False', shape = '', version = 1 }: NpyText,
): Buffer {
  const text = Buffer.from(`{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }\n`, 'latin1');
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  length.writeUIntLE(text.length, 0, length.length);
  return Buffer.concat([Buffer.from(`\x93NUMPY${String.fromCharCode(version)}\0`, 'latin1'), length, text, data]);
}

/** Writes rows in half precision. */
export function writeHalves(file: string, rows: readonly (readonly number[])[]): Promise<void> {
  const halves = new Uint8Array(new Float16Array(rows.flat()).buffer);
  return writeFile(file, npyBytes(halves, { descr: '<f2', shape: `(${rows.length}, ${rows[0].length})` }));
}
