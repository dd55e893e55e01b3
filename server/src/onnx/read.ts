import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { type Dimension, ELEMENT_NAMES, type ElementType } from './build.js';
import { Node } from './node.js';
import {
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  type TensorProto,
  TensorProto_DataLocation,
  type ValueInfoProto,
} from './onnx_pb.js';
import { GraphFailure, type Outcome, outcomeOf } from './outcome.js';

/** A graph in plain terms. Unnamed free dimensions are `'?'`; element types this package does not build are undefined. */
export interface Graph {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly initializers: ReadonlyMap<string, Initializer>;
  /** In an order in which every value is made before it is used, as the format asks. */
  readonly nodes: readonly Node[];
}

export interface Value {
  readonly name: string;
  readonly type?: ElementType;
  /** Undefined where the file does not say even the number of axes. */
  readonly shape?: readonly Dimension[];
}

export interface Initializer extends Value {
  readonly shape: readonly number[];
  /** Where the values are another file's; the file is relative to the model's. */
  readonly external?: ReadonlyMap<string, string>;
}

/** Reads a model; `model-unreadable` where the bytes are none. Its tensors share memory with the bytes. */
export function readModel(bytes: Uint8Array): Outcome<ModelProto> {
  return outcomeOf(() => {
    const model = parse(bytes);
    if (!model?.graph?.output.length) {
      throw new GraphFailure({ code: 'model-unreadable', message: 'The bytes are not an ONNX model' });
    }
    return model;
  });
}

function parse(bytes: Uint8Array): ModelProto | undefined {
  try {
    return fromBinary(ModelProtoSchema, bytes);
  } catch {
    return undefined;
  }
}

/** A model as the bytes of its file; external data stays where it is and is only referred to. */
export function writeModel(model: ModelProto): Uint8Array {
  return toBinary(ModelProtoSchema, model);
}

/** The model's graph in plain terms. */
export function graphOf(model: ModelProto): Graph {
  const { input, output, initializer, node } = model.graph as GraphProto;
  const initializers = new Map(initializer.map((tensor) => [tensor.name, initializerOf(tensor)]));
  return {
    // Files of the format's first versions list their weights among the inputs.
    inputs: input.filter(({ name }) => !initializers.has(name)).map(declaredValue),
    outputs: output.map(declaredValue),
    initializers,
    nodes: node.map((proto) => new Node(proto)),
  };
}

function initializerOf({ name, dims, dataType, dataLocation, externalData }: TensorProto): Initializer {
  const value = { name, type: ELEMENT_NAMES.get(dataType), shape: dims.map(Number) };
  if (dataLocation !== TensorProto_DataLocation.EXTERNAL) return value;
  return { ...value, external: new Map(externalData.map((entry) => [entry.key, entry.value])) };
}

/** A graph's input or output as it is declared. */
export function declaredValue({ name, type }: ValueInfoProto): Value {
  if (type?.value.case !== 'tensorType') return { name };
  const { elemType, shape } = type.value.value;
  const sizes = shape?.dim.map(({ value }) => (value.case === 'dimValue' ? Number(value.value) : value.value || '?'));
  return { name, type: ELEMENT_NAMES.get(elemType), shape: sizes };
}
