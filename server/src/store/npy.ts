/** NumPy's `.npy` format, version 1.0, for C-ordered little-endian arrays of two dimensions or fewer. */

const MAGIC = Buffer.from('\x93NUMPY\x01\x00', 'latin1');
const ALIGNMENT = 64;

interface ElementKind {
  readonly descr: string;
  readonly make: (buffer: ArrayBuffer, offset: number, length: number) => NpyData;
}
export type NpyData = Float32Array | Int32Array;

const KINDS: readonly ElementKind[] = [
  { descr: '<f4', make: (buffer, offset, length) => new Float32Array(buffer, offset, length) },
  { descr: '<i4', make: (buffer, offset, length) => new Int32Array(buffer, offset, length) },
];

export interface NpyArray {
  readonly shape: readonly number[];
  readonly data: NpyData;
}

/** The file's two parts, header and data, to be written one after the other without a copy. */
export function encodeNpy(data: NpyData, shape: readonly number[]): [Uint8Array, Uint8Array] {
  const header = npyHeader(data instanceof Float32Array ? '<f4' : '<i4', shape);
  return [header, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)];
}

/** What stands before the numbers of a file, which begin at a multiple of 64 bytes. */
export function npyHeader(descr: '<f2' | '<f4' | '<i4', shape: readonly number[]): Buffer {
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${tuple}), }`;
  const unpadded = MAGIC.length + 2 + dictionary.length + 1;
  const text = `${dictionary}${' '.repeat((ALIGNMENT - (unpadded % ALIGNMENT)) % ALIGNMENT)}\n`;
  const length = Buffer.alloc(2);
  length.writeUInt16LE(text.length);
  return Buffer.concat([MAGIC, length, Buffer.from(text, 'latin1')]);
}

/** The array in a file's bytes, or null where they are not a whole `.npy` file of a kind written here. */
export function decodeNpy(bytes: Uint8Array): NpyArray | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!buffer.subarray(0, MAGIC.length).equals(MAGIC) || buffer.length < MAGIC.length + 2) return null;
  const start = MAGIC.length + 2 + buffer.readUInt16LE(MAGIC.length);
  const header = parseHeader(buffer.toString('latin1', MAGIC.length + 2, start));
  const kind = KINDS.find(({ descr }) => descr === header?.descr);
  if (!header || !kind) return null;
  const count = header.shape.reduce((product, size) => product * size, 1);
  if (buffer.length - start !== count * 4) return null;
  const aligned = new Uint8Array(count * 4);
  aligned.set(buffer.subarray(start));
  return { shape: header.shape, data: kind.make(aligned.buffer, 0, count) };
}

function parseHeader(text: string): { descr: string; shape: number[] } | null {
  const match = /'descr': '([^']+)', 'fortran_order': False, 'shape': \(([\d, ]*)\)/.exec(text);
  if (!match) return null;
  const shape = match[2]!
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number);
  return { descr: match[1]!, shape };
}
