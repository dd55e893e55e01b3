import { GraphBuilder } from '../build.js';
import { Node } from '../node.js';
import {
  TensorProto_DataType as DataType,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type TensorProto,
} from '../onnx_pb.js';

/** Which inputs of an operator are weights in bytes and what stands for zero among them; the other factor is unsigned. */
const PRODUCTS: Readonly<Record<string, { readonly weights: number; readonly zero: number }>> = {
  MatMulInteger: { weights: 1, zero: 3 },
  ConvInteger: { weights: 1, zero: 3 },
  'com.microsoft.DynamicQuantizeMatMul': { weights: 1, zero: 3 },
  'com.microsoft.MatMulIntegerToFloat': { weights: 1, zero: 5 },
};

/** The names of the weights in unsigned bytes that nothing but products takes: `withSignedWeights` can make them signed. */
export function unsignedWeights({ initializer, node, input, output }: GraphProto): Set<string> {
  const given = new Set([...input, ...output].map(({ name }) => name));
  const bytes = new Map(
    initializer
      .filter((tensor) => isUnsigned(tensor) && !given.has(tensor.name))
      .map((tensor) => [tensor.name, tensor]),
  );
  const found = new Set<string>();
  const others = new Set<string>();
  for (const each of node) {
    const places = PRODUCTS[new Node(each).operator];
    const zero = places && each.input[places.zero];
    for (const [n, name] of each.input.entries()) {
      const asWeights = n === places?.weights && (!zero || bytes.has(zero));
      (asWeights && bytes.has(name) ? found : others).add(name);
    }
    for (const name of takenWithin(each)) others.add(name);
  }
  return new Set([...found].filter((name) => !others.has(name)));
}

/**
 * The same model, to the bit, with weights that are signed: 128 less each, and their zero too. An unsigned number times a
 * signed one is what instructions for products of bytes take; ONNX Runtime multiplies two unsigned ones by slower ones.
 * Undefined where it has no such weights. None of its tensors may be in another file.
 */
export function withSignedWeights(model: ModelProto): ModelProto | undefined {
  if (!model.graph) return undefined;
  const names = unsignedWeights(model.graph);
  if (names.size === 0) return undefined;
  const { initializer, node, valueInfo } = model.graph;
  const tensors = new Map(initializer.map((tensor) => [tensor.name, tensor]));
  const graph: GraphProto = {
    ...model.graph,
    initializer: initializer.map((tensor) => (names.has(tensor.name) ? signed(tensor) : tensor)),
    node: [...node],
    valueInfo: valueInfo.filter(({ name }) => !names.has(name)),
  };
  const builder = new GraphBuilder(graph);
  graph.node = node.map((each) => {
    const places = PRODUCTS[new Node(each).operator];
    if (!places || !names.has(each.input[places.weights])) return each;
    const zero = tensors.get(each.input[places.zero] ?? '');
    const inputs = Array.from({ length: Math.max(each.input.length, places.zero + 1) }, (_, n) => each.input[n] ?? '');
    const values = zero ? flipped(zero.rawData) : Uint8Array.of(0x80);
    inputs[places.zero] = builder.constant(values, zero?.dims.map(Number) ?? [], 'zero', 'int8');
    return { ...each, input: inputs };
  });
  return { ...model, graph };
}

function isUnsigned({ dataType, int32Data }: TensorProto): boolean {
  return dataType === DataType.UINT8 && int32Data.length === 0;
}

function signed(tensor: TensorProto): TensorProto {
  return { ...tensor, dataType: DataType.INT8, rawData: flipped(tensor.rawData) };
}

/** Each byte less 128, as a signed one: with its highest bit turned, of four at a time. */
function flipped(bytes: Uint8Array): Uint8Array {
  const padded = new Uint32Array(Math.ceil(bytes.length / 4));
  const turned = new Uint8Array(padded.buffer, 0, bytes.length);
  turned.set(bytes);
  for (let n = 0; n < padded.length; n++) padded[n] ^= 0x80808080;
  return turned;
}

/** What the graphs within a node take from anywhere. */
function* takenWithin({ attribute }: NodeProto): Generator<string> {
  for (const { g, graphs } of attribute) {
    for (const graph of g ? [g, ...graphs] : graphs) {
      for (const { name } of graph.output) yield name;
      for (const each of graph.node) {
        yield* each.input;
        yield* takenWithin(each);
      }
    }
  }
}
