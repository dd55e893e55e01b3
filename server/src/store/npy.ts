/** NumPy's `.npy` format: C-ordered little-endian arrays are written in version 1.0, headers of versions 1 to 3 read. */

const MAGIC = Buffer.from('\x93NUMPY', 'latin1');
const VERSION = Buffer.from([1, 0]);
const ALIGNMENT = 64;

interface ElementKind {
  readonly descr: string;
  readonly bytes: number;
  readonly make: (buffer: ArrayBuffer, offset: number, length: number) => NpyData;
}
export type NpyData = Float64Array | Float32Array | Int32Array;

const KINDS: readonly ElementKind[] = [
  { descr: '<f8', bytes: 8, make: (buffer, offset, length) => new Float64Array(buffer, offset, length) },
  { descr: '<f4', bytes: 4, make: (buffer, offset, length) => new Float32Array(buffer, offset, length) },
  { descr: '<i4', bytes: 4, make: (buffer, offset, length) => new Int32Array(buffer, offset, length) },
];

/** Enough of a file's beginning to say where its header is. */
export const NPY_START = 12;

/** What a header's dictionary says. */
export interface NpyHeader {
  /** The kind of its numbers, such as `<f4`. */
  readonly descr: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

export interface NpyArray {
  readonly shape: readonly number[];
  readonly data: NpyData;
}

/** The file's two parts, header and data, to be written one after the other without a copy. */
export function encodeNpy(data: NpyData, shape: readonly number[]): [Uint8Array, Uint8Array] {
  const descr = data instanceof Float64Array ? '<f8' : data instanceof Float32Array ? '<f4' : '<i4';
  const header = npyHeader(descr, shape);
  return [header, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)];
}

/** What stands before the numbers of a file, which begin at a multiple of 64 bytes. */
export function npyHeader(descr: '<f2' | '<f4' | '<f8' | '<i4', shape: readonly number[]): Buffer {
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${npyShape(shape)}, }`;
  const unpadded = MAGIC.length + VERSION.length + 2 + dictionary.length + 1;
  const text = `${dictionary}${' '.repeat((ALIGNMENT - (unpadded % ALIGNMENT)) % ALIGNMENT)}\n`;
  const length = Buffer.alloc(2);
  length.writeUInt16LE(text.length);
  return Buffer.concat([MAGIC, VERSION, length, Buffer.from(text, 'latin1')]);
}

/** A shape as Python writes it. */
export function npyShape(shape: readonly number[]): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
}

/** Where a file's header is, by the file's first `NPY_START` bytes, or what is wrong with them. */
export function npyHeaderPlace(start: Buffer): { begin: number; length: number } | string {
  if (start.length < NPY_START || !start.subarray(0, MAGIC.length).equals(MAGIC)) return 'it is no .npy file';
  const version = start.readUInt8(MAGIC.length);
  if (version < 1 || version > 3) return `version ${version} of the format is unknown`;
  return version === 1
    ? { begin: 10, length: start.readUInt16LE(8) }
    : { begin: NPY_START, length: start.readUInt32LE(8) };
}

/** Reads a header's three entries, in any order and either quotes; undefined where it is anything else. */
export function parseNpyHeader(header: string): NpyHeader | undefined {
  const body = /^\{(.*)\}\s*$/s.exec(header)?.[1];
  const entry = /\s*(['"])(descr|fortran_order|shape)\1\s*:\s*('[^'\\]*'|"[^"\\]*"|True|False|\([\d,\s]*\))\s*(?:,|$)/y;
  const found = new Map<string, string>();
  while (body !== undefined && body.slice(entry.lastIndex).trim() !== '') {
    const [, , key, value] = entry.exec(body) ?? [];
    if (key === undefined || value === undefined || found.has(key)) return undefined;
    found.set(key, value);
  }
  const [descr, order, shape] = ['descr', 'fortran_order', 'shape'].map((key) => found.get(key));
  const isHeader =
    /^['"]/.test(descr ?? '') &&
    /^[TF]/.test(order ?? '') &&
    /^\(\s*(\d{1,15}\s*,\s*)*(\d{1,15}\s*)?\)$/.test(shape ?? '');
  if (!isHeader || descr === undefined || shape === undefined) return undefined;
  return {
    descr: descr.slice(1, -1),
    fortranOrder: order === 'True',
    shape: (shape.match(/\d+/g) ?? []).map(Number),
  };
}

/** The array in a file's bytes, or null where they are not a whole `.npy` file of a kind written here. */
export function decodeNpy(bytes: Uint8Array): NpyArray | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const place = npyHeaderPlace(buffer.subarray(0, NPY_START));
  if (typeof place === 'string') return null;
  const start = place.begin + place.length;
  const header = parseNpyHeader(buffer.toString('latin1', place.begin, start));
  const kind = KINDS.find(({ descr }) => descr === header?.descr);
  if (!header || header.fortranOrder || !kind) return null;
  const count = header.shape.reduce((product, size) => product * size, 1);
  if (buffer.length - start !== count * kind.bytes) return null;
  const aligned = new Uint8Array(count * kind.bytes);
  aligned.set(buffer.subarray(start));
  return { shape: header.shape, data: kind.make(aligned.buffer, 0, count) };
}
