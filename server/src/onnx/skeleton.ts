import { fromBinary } from '@bufbuild/protobuf';
import { type ModelProto, ModelProtoSchema } from './onnx_pb.js';
import { type ByteSource, type Field, fieldsOf } from './wire.js';

/** A message of onnx.proto: its fields that hold messages which may hold tensors, and those that hold a tensor's values. */
interface Message {
  readonly within: Readonly<Record<number, () => Message>>;
  readonly values?: ReadonlySet<number>;
}

const TENSOR: Message = { within: {}, values: new Set([4, 5, 6, 7, 9, 10, 11]) };
const ATTRIBUTE: Message = { within: { 5: () => TENSOR, 6: () => GRAPH, 10: () => TENSOR, 11: () => GRAPH } };
const NODE: Message = { within: { 5: () => ATTRIBUTE } };
const GRAPH: Message = { within: { 1: () => NODE, 5: () => TENSOR } };
const MODEL: Message = { within: { 7: () => GRAPH } };

/** Shapes, axes and paddings are shorter. */
const LONGEST = 4096;

/**
 * A model without the values of its larger tensors, of which only the names, types and shapes are left: what is to be
 * known of its graph can be asked of it, of a file of gigabytes too. Throws MalformedModel where the bytes are none.
 */
export function readSkeleton(source: ByteSource): ModelProto {
  const pieces: Uint8Array[] = [];
  copy(source, { from: 0, to: source.size }, MODEL, pieces);
  return fromBinary(ModelProtoSchema, Buffer.concat(pieces));
}

/** Copies the fields of a message but for long values; a message within it is of another length then. */
function copy(source: ByteSource, span: Pick<Field, 'from' | 'to'>, message: Message, pieces: Uint8Array[]): void {
  let start = span.from;
  for (const field of fieldsOf(source, span)) {
    const inner = message.within[field.number];
    const begin = start;
    start = field.to;
    if (message.values?.has(field.number) && field.to - field.from > LONGEST) continue;
    if (!inner || field.value !== undefined) {
      pieces.push(source.read(begin, field.to - begin).slice());
      continue;
    }
    const within: Uint8Array[] = [];
    copy(source, field, inner(), within);
    const length = within.reduce((sum, { byteLength }) => sum + byteLength, 0);
    pieces.push(Uint8Array.from([...varint(field.number * 8 + 2), ...varint(length)]), ...within);
  }
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
