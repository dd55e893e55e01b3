import { type FileHandle, open } from 'node:fs/promises';
import { getFloat16 } from '@petamoriken/float16';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { NPY_START, type NpyHeader, npyHeaderPlace, npyShape, parseNpyHeader } from '../../store/npy.js';

/** A row-major matrix in one `.npy` file (versions 1 to 3) of little-endian float16 or float32. */
export interface NpyMatrix {
  readonly file: string;
  readonly rows: number;
  readonly dimension: number;
  /** Bytes of a number. */
  readonly width: 2 | 4;
  /** Where the numbers begin. */
  readonly offset: number;
}

const LONGEST_HEADER = 65_536;
const LARGEST_DIMENSION = 16_384;
const WIDTHS: ReadonlyMap<string, 2 | 4> = new Map([['<f2', 2] as const, ['<f4', 4] as const]);
/** Read at once: whole numbers of either width. */
const CHUNK = 2 ** 20;
/** Each half-precision number by its bits. */
const HALVES = halves();

/** Reads a file's header, and that the file is as long as it says. Problems: `npy-invalid`, with the file and why. */
export async function openNpy(file: string): Promise<Result<NpyMatrix>> {
  const handle = await open(file).catch((error: Error) => error);
  if (handle instanceof Error) return invalid(file, handle.message);
  try {
    const { size } = await handle.stat();
    const read = await readHeader(handle, size);
    return typeof read === 'string' ? invalid(file, read) : ok({ file, ...read });
  } finally {
    await handle.close();
  }
}

/** Reads all rows into a place of their length. Fails where the file was altered since it was opened. */
export async function readNpy({ file, width, offset }: NpyMatrix, target: Float32Array): Promise<Result<void>> {
  const handle = await open(file);
  const chunk = new ArrayBuffer(CHUNK);
  const numbers = width === 2 ? new Uint16Array(chunk) : new Float32Array(chunk);
  try {
    for (let done = 0; done < target.length; done += numbers.length) {
      const count = Math.min(numbers.length, target.length - done);
      if (!(await fill(handle, new Uint8Array(chunk, 0, count * width), offset + done * width))) {
        return invalid(file, 'it became shorter while it was read');
      }
      if (numbers instanceof Float32Array) target.set(numbers.subarray(0, count), done);
      else for (let n = 0; n < count; n++) target[done + n] = HALVES[numbers[n] as number] as number;
    }
    return ok(undefined);
  } finally {
    await handle.close();
  }
}

/** What the header says, or what is wrong with it. */
async function readHeader(handle: FileHandle, size: number): Promise<string | Omit<NpyMatrix, 'file'>> {
  const start = Buffer.alloc(NPY_START);
  const place = (await fill(handle, start, 0)) ? npyHeaderPlace(start) : 'it is no .npy file';
  if (typeof place === 'string') return place;
  const { begin, length } = place;
  if (length > LONGEST_HEADER || begin + length > size) return `its header cannot have ${length} bytes`;
  const text = Buffer.alloc(length);
  await fill(handle, text, begin);
  return shapeOf(parseNpyHeader(text.toString('latin1')), begin + length, size);
}

function shapeOf(header: NpyHeader | undefined, offset: number, size: number): string | Omit<NpyMatrix, 'file'> {
  if (!header) return 'its header is no dictionary of descr, fortran_order and shape';
  const width = WIDTHS.get(header.descr);
  if (!width) return `its numbers are ${header.descr}, not float16 (<f2) or float32 (<f4)`;
  if (header.fortranOrder) return 'its numbers are in column order: save it in C order';
  const [rows, dimension, ...more] = header.shape;
  if (rows === undefined || dimension === undefined || more.length > 0) {
    return `its shape is ${npyShape(header.shape)}, not that of a matrix`;
  }
  if (dimension < 1 || dimension > LARGEST_DIMENSION) return `a vector cannot have ${dimension} numbers`;
  const expected = offset + rows * dimension * width;
  if (size !== expected) return `it has ${size} bytes; ${rows} vectors of ${dimension} numbers take ${expected}`;
  return { rows, dimension, width, offset };
}

/** Whether there was enough to fill the bytes with. */
async function fill(handle: FileHandle, bytes: Uint8Array, position: number): Promise<boolean> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await handle.read(bytes, done, bytes.length - done, position + done);
    if (bytesRead === 0) return false;
    done += bytesRead;
  }
  return true;
}

function halves(): Float32Array {
  const view = new DataView(new ArrayBuffer(2));
  return Float32Array.from({ length: 2 ** 16 }, (_, bits) => {
    view.setUint16(0, bits);
    return getFloat16(view, 0);
  });
}

function invalid(file: string, why: string): Result<never> {
  const hint = 'It must be as numpy.save writes a C-ordered matrix of float16 or float32, one row an image.';
  return fail('npy-invalid', `${file}: ${why}`, { hint });
}
