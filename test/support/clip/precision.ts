import { create } from '@bufbuild/protobuf';
import { toHalves } from '../../../server/src/compute/half.js';
import { attributeProto, ELEMENT_NUMBERS, GraphBuilder, tensorProto } from '../../../server/src/onnx/build.js';
import {
  type GraphProto,
  type ModelProto,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  type ValueInfoProto,
} from '../../../server/src/onnx/onnx_pb.js';

const { float32: FLOAT, float16: HALF } = ELEMENT_NUMBERS;

/** Turns a model's float32 into float16, in place, as exporters do: weights, inputs and outputs. */
export function toHalfPrecision(model: ModelProto): ModelProto {
  const graph = model.graph as GraphProto;
  graph.initializer = graph.initializer.map((tensor) =>
    tensor.dataType === FLOAT
      ? tensorProto(toHalves(floatsOf(tensor)), tensor.dims.map(Number), tensor.name, 'float16')
      : tensor,
  );
  for (const { type } of [...graph.input, ...graph.output] as ValueInfoProto[]) {
    if (type?.value.case === 'tensorType' && type.value.value.elemType === FLOAT) type.value.value.elemType = HALF;
  }
  return model;
}

/** The same with inputs and outputs left in float32, behind casts. */
export function toHalfPrecisionInside(model: ModelProto): ModelProto {
  const graph = model.graph as GraphProto;
  const ends = [...graph.input, ...graph.output].filter(isFloat).map(({ name }) => name);
  toHalfPrecision(model);
  const inner = (name: string) => (ends.includes(name) ? `${name}_half` : name);
  for (const node of graph.node) {
    node.input = node.input.map(inner);
    node.output = node.output.map(inner);
  }
  const cast = (from: string, to: string, type: number) =>
    create(NodeProtoSchema, {
      opType: 'Cast',
      name: `${to}_cast`,
      input: [from],
      output: [to],
      attribute: [attributeProto('to', type)],
    });
  for (const port of [...graph.input, ...graph.output]) {
    if (!ends.includes(port.name) || port.type?.value.case !== 'tensorType') continue;
    port.type.value.value.elemType = FLOAT;
    if (graph.input.includes(port)) graph.node.unshift(cast(port.name, inner(port.name), HALF));
    else graph.node.push(cast(inner(port.name), port.name, FLOAT));
  }
  return model;
}

function isFloat({ type }: ValueInfoProto): boolean {
  return type?.value.case === 'tensorType' && type.value.value.elemType === FLOAT;
}

/** Weights of every product to 8 bits, and what they are multiplied with as it comes: dynamic quantisation. */
export function toEightBits(model: ModelProto): ModelProto {
  const graph = model.graph as GraphProto;
  const weights = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  const g = new GraphBuilder(graph);
  const nodes = graph.node.splice(0);
  for (const node of nodes) {
    const weight = node.opType === 'MatMul' ? weights.get(node.input[1]) : undefined;
    if (weight?.dims.length === 2) quantisedProduct(g, node, weight);
    else graph.node.push(node);
  }
  const used = new Set(graph.node.flatMap(({ input }) => input));
  graph.initializer = graph.initializer.filter(({ name }) => used.has(name));
  return g.toModel();
}

function quantisedProduct(g: GraphBuilder, { input: [x], output: [name] }: NodeProto, weight: TensorProto): void {
  const values = floatsOf(weight);
  const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127;
  const rounded = Uint8Array.from(values, (value) => Math.round(value / scale) + 128);
  const matrix = g.constant(rounded, weight.dims.map(Number), weight.name);
  const [bytes, step, zero] = g.ops('DynamicQuantizeLinear', [x], {}, 3);
  const product = g.op('MatMulInteger', [bytes, matrix, zero, g.constant(Uint8Array.of(128), [])]);
  const scaled = g.op('Mul', [g.op('Cast', [product], { to: FLOAT }), g.op('Mul', [step, g.scalar(scale)])]);
  (g.toModel().graph as GraphProto).node.push(
    create(NodeProtoSchema, { opType: 'Identity', name, input: [scaled], output: [name] }),
  );
}

function floatsOf({ rawData }: TensorProto): Float32Array {
  return new Float32Array(rawData.slice().buffer);
}
