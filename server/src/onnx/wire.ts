/** Bytes that are read piece by piece: a file, or an array in memory. */
export interface ByteSource {
  readonly size: number;
  /** Exactly `length` bytes from `offset`; both lie within `size`. */
  read(offset: number, length: number): Uint8Array;
}

/** The bytes are no ONNX model, or not all of one. */
export class MalformedModel extends Error {
  override readonly name = 'MalformedModel';
}

/** Where a field of a protobuf message lies; of a number that is kept in seven bits a byte, `from` equals `to`. */
export interface Field {
  readonly number: number;
  readonly from: number;
  readonly to: number;
  /** That number. */
  readonly value?: number;
}

/** A key and a length take no more. */
const LONGEST_HEAD = 20;

/** The fields of a message, in order, by their position only. Throws MalformedModel where they overrun it. */
export function* fieldsOf(
  source: ByteSource,
  within: { from: number; to: number } = { from: 0, to: source.size },
): Generator<Field> {
  let at = within.from;
  while (at < within.to) {
    const head = new Head(source.read(at, Math.min(LONGEST_HEAD, within.to - at)));
    const key = head.varint();
    const value = (key & 7) === 0 ? head.varint() : undefined;
    const length = value === undefined ? lengthOf(head, key & 7) : 0;
    const from = at + head.position;
    const to = from + length;
    if (to > within.to) throw new MalformedModel('it ends too early');
    yield { number: key >>> 3, from, to, value };
    at = to;
  }
}

function lengthOf(head: Head, wireType: number): number {
  if (wireType === 2) return head.varint();
  if (wireType === 1) return 8;
  if (wireType === 5) return 4;
  throw new MalformedModel('it is not in the form of ONNX');
}

/** Reads numbers of seven bits a byte. */
class Head {
  position = 0;

  constructor(private readonly bytes: Uint8Array) {}

  varint(): number {
    let value = 0;
    for (let power = 1; this.position < this.bytes.length; power *= 128) {
      const byte = this.bytes[this.position++];
      value += (byte & 127) * power;
      if (byte < 128) return value;
    }
    throw new MalformedModel('it ends too early');
  }
}
