import {
  TensorProto_DataType as DataType,
  type GraphProto,
  type NodeProto,
  type TensorProto,
  TensorProto_DataLocation,
} from './onnx_pb.js';

/** Shapes, axes and the like are no longer than this. */
const LONGEST = 64;

/** The short int64 vectors and scalars that a graph holds, as initializers or Constant nodes, by name. */
export function integerConstants({ initializer, node }: GraphProto): Map<string, readonly number[]> {
  const tensors = initializer.map((tensor) => [tensor.name, integers(tensor)] as const);
  const constants = node
    .filter(({ opType }) => opType === 'Constant')
    .map((proto) => [proto.output[0], heldBy(proto)] as const);
  return new Map([...tensors, ...constants].filter((entry): entry is [string, number[]] => entry[1] !== undefined));
}

function heldBy({ attribute: [held] }: NodeProto): readonly number[] | undefined {
  if (held?.name === 'value_int') return [Number(held.i)];
  if (held?.name === 'value_ints') return held.ints.map(Number);
  return held?.t && integers(held.t);
}

function integers({ dataType, dims, dataLocation, rawData, int64Data }: TensorProto): readonly number[] | undefined {
  const count = dims.reduce((product, size) => product * Number(size), 1);
  if (dataType !== DataType.INT64 || count > LONGEST || dataLocation === TensorProto_DataLocation.EXTERNAL)
    return undefined;
  if (int64Data.length > 0) return int64Data.map(Number);
  const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength);
  return Array.from({ length: rawData.byteLength / 8 }, (_, i) => Number(view.getBigInt64(8 * i, true)));
}
