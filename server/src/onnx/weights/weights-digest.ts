import type { GraphProto, ModelProto, TensorProto } from '../onnx_pb.js';
import { TensorProto_DataType } from '../onnx_pb.js';

/** Biases and scales of two networks may be alike by chance; tensors of so many numbers are not. */
const LEAST = 1024;

/** What a network's weights are, apart from their names, their order and how their axes are laid out. */
export interface WeightsDigest {
  /** How many numbers the tensors of one content have together. */
  readonly contents: Readonly<Record<string, number>>;
  /** How many numbers each of them has, ascending. */
  readonly sizes: readonly number[];
  /** Whether some of it is in half precision or in integers, whose numbers are not those that they were made from. */
  readonly isRounded: boolean;
}

/**
 * A digest of a model that holds its weights (none in other files): of each tensor a sum over its numbers that no order of
 * them changes, so that a transposed kernel has the one of the kernel. Small tensors count where there are no others.
 */
export function weightsDigest(model: ModelProto): WeightsDigest {
  const all = model.graph ? [...tensorsOf(model.graph)].filter(({ dataType }) => !INDICES.includes(dataType)) : [];
  const large = all.filter((tensor) => sizeOf(tensor) >= LEAST);
  const weights = large.length > 0 ? large : all.filter((tensor) => sizeOf(tensor) > 1);
  const contents: Record<string, number> = {};
  for (const tensor of weights) {
    const numbers = numbersOf(tensor);
    if (numbers.every((value) => value === numbers[0])) continue;
    const content = `${tensor.dataType}:${sizeOf(tensor)}:${sumOf(numbers)}`;
    contents[content] = (contents[content] ?? 0) + sizeOf(tensor);
  }
  return {
    contents,
    sizes: weights.map(sizeOf).sort((a, b) => a - b),
    isRounded: weights.some(({ dataType }) => dataType !== FLOAT && dataType !== DOUBLE),
  };
}

function sizeOf({ dims }: TensorProto): number {
  return dims.reduce((product, side) => product * Number(side), 1);
}

/**
 * Whether two networks have the same weights: at least half of the smaller one's numbers are the other's. `unknown` where
 * fewer are, or where numbers were rounded in one of them and the tensors are of the same sizes.
 */
export function sameWeights(a: WeightsDigest, b: WeightsDigest): boolean | 'unknown' {
  const shared = Object.entries(a.contents).reduce(
    (sum, [content, size]) => sum + Math.min(size, b.contents[content] ?? 0),
    0,
  );
  const smaller = Math.min(total(a.sizes), total(b.sizes));
  if (smaller === 0) return 'unknown';
  if (shared / smaller >= 0.5) return true;
  if (shared / smaller > 0.01) return 'unknown';
  return (a.isRounded || b.isRounded) && commonSizes(a.sizes, b.sizes) / smaller >= 0.5 ? 'unknown' : false;
}

const { FLOAT, FLOAT16, DOUBLE, BFLOAT16, INT64, INT32, BOOL, STRING } = TensorProto_DataType;
/** Shapes and places, no weights. */
const INDICES: readonly number[] = [INT64, INT32, BOOL, STRING];

function* tensorsOf(graph: GraphProto): Generator<TensorProto> {
  yield* graph.initializer;
  for (const { attribute } of graph.node) {
    for (const { t, tensors, g, graphs } of attribute) {
      yield* t ? [t, ...tensors] : tensors;
      for (const inner of g ? [g, ...graphs] : graphs) yield* tensorsOf(inner);
    }
  }
}

/** The numbers of a tensor of floats, and of another one its bytes. */
function numbersOf({ dataType, floatData, doubleData, int32Data, rawData }: TensorProto): Float32Array {
  if (floatData.length > 0) return Float32Array.from(floatData);
  if (doubleData.length > 0) return Float32Array.from(doubleData);
  if (int32Data.length > 0) return Float32Array.from(int32Data);
  // A copy begins where numbers may; what was read from a file is a part of it, at any place.
  const { buffer } = new Uint8Array(rawData);
  if (dataType === FLOAT) return new Float32Array(buffer);
  if (dataType === DOUBLE) return Float32Array.from(new Float64Array(buffer));
  if (dataType === FLOAT16 || dataType === BFLOAT16) return Float32Array.from(new Uint16Array(buffer));
  return Float32Array.from(rawData);
}

/** Two sums of 32 bits over hashes of the numbers’ bits (the mixing of MurmurHash3, A. Appleby). */
function sumOf(numbers: Float32Array): string {
  const bits = new Uint32Array(numbers.buffer);
  let [first, second] = [0, 0];
  for (let n = 0; n < bits.length; n++) {
    let hash = bits[n]!;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
    first = (first + hash) | 0;
    second = (second + Math.imul(hash, hash | 1)) | 0;
  }
  return `${first >>> 0}:${second >>> 0}`;
}

function total(sizes: readonly number[]): number {
  return sizes.reduce((sum, size) => sum + size, 0);
}

function commonSizes(a: readonly number[], b: readonly number[]): number {
  const left = new Map<number, number>();
  for (const size of b) left.set(size, (left.get(size) ?? 0) + 1);
  return a.reduce((sum, size) => {
    const times = left.get(size) ?? 0;
    left.set(size, times - 1);
    return times > 0 ? sum + size : sum;
  }, 0);
}
