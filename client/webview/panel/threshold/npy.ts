type Numbers = Float64Array | Int32Array;

/** The numbers of a `.npy` file of version 1.0, which begin at a multiple of 64 bytes; undefined where it is none of ours. */
export function numbersOf(file: ArrayBuffer | Uint8Array): Numbers | undefined {
  const bytes = file instanceof Uint8Array ? file : new Uint8Array(file);
  const start = 10 + (bytes[8] ?? 0) + 256 * (bytes[9] ?? 0);
  const header = new TextDecoder('latin1').decode(bytes.subarray(10, start));
  const [, descr] = /'descr': '(<f8|<i4)'/.exec(header) ?? [];
  const size = descr === '<f8' ? 8 : 4;
  if (descr === undefined || bytes.length < start || (bytes.length - start) % size > 0) return undefined;
  // A copy of its own, which begins where numbers may.
  const own = new Uint8Array(bytes.subarray(start));
  return descr === '<f8' ? new Float64Array(own.buffer) : new Int32Array(own.buffer);
}
