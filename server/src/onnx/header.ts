import { fromBinary } from '@bufbuild/protobuf';
import { ELEMENT_NAMES } from './build.js';
import { StringStringEntryProtoSchema, type ValueInfoProto, ValueInfoProtoSchema } from './onnx_pb.js';
import { type ByteSource, fieldsOf, MalformedModel } from './wire.js';

/** A model's input or output as its file declares it. A string or null is a free dimension. */
export interface TensorDeclaration {
  readonly name: string;
  /** An element type of ONNX, in NumPy's words: `float32`, `int64`, … */
  readonly type: string;
  readonly shape: readonly (number | string | null)[];
}

/** What a model says of itself, without its weights. */
export interface ModelDeclaration {
  readonly inputs: readonly TensorDeclaration[];
  readonly outputs: readonly TensorDeclaration[];
  /** Names of the files, relative to the model's, that hold weights: each once. */
  readonly externalData: readonly string[];
}

/** Field numbers of onnx.proto. */
const MODEL = { graph: 7 };
const GRAPH = { node: 1, initializer: 5, input: 11, output: 12 };
const NODE = { attribute: 5 };
const ATTRIBUTE = { tensor: 5 };
const TENSOR = { name: 8, externalData: 13 };

/** More than any declaration of a tensor takes. */
const LARGEST_DECLARATION = 1 << 20;

/**
 * Reads a model's declaration and skips its weights: of a file of gigabytes a few kilobytes are read.
 * Throws MalformedModel where the bytes are no ONNX model.
 */
export function readDeclaration(source: ByteSource): ModelDeclaration {
  const found = { inputs: [] as ValueInfoProto[], outputs: [] as ValueInfoProto[] };
  const initializers = new Set<string>();
  const externalData = new Set<string>();
  for (const model of fieldsOf(source)) {
    if (model.number !== MODEL.graph) continue;
    for (const field of fieldsOf(source, model)) {
      if (field.number === GRAPH.input) found.inputs.push(valueInfoOf(source, field));
      if (field.number === GRAPH.output) found.outputs.push(valueInfoOf(source, field));
      if (field.number === GRAPH.initializer) initializers.add(readTensor(source, field, externalData));
      if (field.number === GRAPH.node) readNode(source, field, externalData);
    }
  }
  if (found.outputs.length === 0) throw new MalformedModel('it has no output');
  // Files of the format's first versions list their weights among the inputs.
  const inputs = found.inputs.filter(({ name }) => !initializers.has(name));
  return {
    inputs: inputs.map(declarationOf),
    outputs: found.outputs.map(declarationOf),
    externalData: [...externalData],
  };
}

interface Span {
  readonly from: number;
  readonly to: number;
}

function valueInfoOf(source: ByteSource, span: Span): ValueInfoProto {
  return fromBinary(ValueInfoProtoSchema, bytesOf(source, span));
}

function readNode(source: ByteSource, node: Span, externalData: Set<string>): void {
  for (const attribute of fieldsOf(source, node)) {
    if (attribute.number !== NODE.attribute) continue;
    for (const field of fieldsOf(source, attribute)) {
      if (field.number === ATTRIBUTE.tensor) readTensor(source, field, externalData);
    }
  }
}

/** The tensor's name; where its values are in another file, that is added to `externalData`. */
function readTensor(source: ByteSource, tensor: Span, externalData: Set<string>): string {
  let name = '';
  for (const field of fieldsOf(source, tensor)) {
    if (field.number === TENSOR.name) name = new TextDecoder().decode(bytesOf(source, field));
    if (field.number !== TENSOR.externalData) continue;
    const { key, value } = fromBinary(StringStringEntryProtoSchema, bytesOf(source, field));
    if (key === 'location') externalData.add(value);
  }
  return name;
}

function bytesOf(source: ByteSource, { from, to }: Span): Uint8Array {
  if (to - from > LARGEST_DECLARATION) throw new MalformedModel('a declaration is larger than any can be');
  return source.read(from, to - from);
}

function declarationOf({ name, type }: ValueInfoProto): TensorDeclaration {
  if (type?.value.case !== 'tensorType') return { name, type: 'unknown', shape: [] };
  const { elemType, shape } = type.value.value;
  const dimensions = shape?.dim.map(({ value }) =>
    value.case === 'dimValue' ? Number(value.value) : (value.value ?? null),
  );
  return { name, type: ELEMENT_NAMES.get(elemType) ?? 'unknown', shape: dimensions ?? [] };
}
