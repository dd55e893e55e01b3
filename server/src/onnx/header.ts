import { fromBinary } from '@bufbuild/protobuf';
import { ELEMENT_NAMES } from './build.js';
import {
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './onnx_pb.js';
import { type ByteSource, fieldsOf, MalformedModel } from './wire.js';

/** A model's input or output as its file declares it. A string or null is a free dimension. */
export interface TensorDeclaration {
  readonly name: string;
  /** An element type of ONNX, in NumPy's words: `float32`, `int64`, … */
  readonly type: string;
  /** Null where the file does not say even the number of dimensions. */
  readonly shape: readonly (number | string | null)[] | null;
}

/** What a model says of itself, without its weights. */
export interface ModelDeclaration {
  /** The version of the file's format. */
  readonly irVersion: number;
  /** The set of ONNX's own operators that the model is written for; 0 where it names none. */
  readonly opset: number;
  readonly inputs: readonly TensorDeclaration[];
  readonly outputs: readonly TensorDeclaration[];
  /** Names of the files, relative to the model's, that hold weights: each once, those of branches and functions too. */
  readonly externalData: readonly string[];
  /** Operators that are neither ONNX's own nor defined in the file, with their domains: each once. */
  readonly foreignOperators: readonly string[];
  /** Whether anything in it is done again and again. */
  readonly loops: boolean;
}

/** Field numbers of onnx.proto, by message. */
const MODEL = { irVersion: 1, graph: 7, opsetImport: 8, trainingInfo: 20, function: 25 };
const TRAINING = { initialization: 1, algorithm: 2 };
const FUNCTION = { name: 1, node: 7, domain: 10, attribute: 11 };
const GRAPH = { node: 1, initializer: 5, input: 11, output: 12, sparseInitializer: 15 };
const NODE = { opType: 4, attribute: 5, domain: 7 };
const ATTRIBUTE = { tensor: 5, graph: 6, tensors: 10, graphs: 11, sparseTensor: 22, sparseTensors: 23 };
const SPARSE_TENSOR = { values: 1, indices: 2 };
const TENSOR = { name: 8, externalData: 13 };

/** More than any declaration of a tensor takes. */
const LARGEST_DECLARATION = 1 << 20;
/** Protocol Buffers read no message within more messages than this. */
const DEEPEST = 100;

/**
 * Reads a model's declaration and skips its weights: of a file of gigabytes a few kilobytes are read.
 * Throws MalformedModel where the bytes are no ONNX model.
 */
export function readDeclaration(source: ByteSource): ModelDeclaration {
  const reader = new DeclarationReader(source);
  reader.readModel();
  return reader.declaration();
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Walks the messages of a file, and looks into those that declare something. */
class DeclarationReader {
  private irVersion = 0;
  private opset = 0;
  private readonly inputs: ValueInfoProto[] = [];
  private readonly outputs: ValueInfoProto[] = [];
  private readonly initializers = new Set<string>();
  private readonly externalData = new Set<string>();
  private readonly foreign = new Set<string>();
  private readonly functions = new Set<string>();
  private loops = false;

  constructor(private readonly source: ByteSource) {}

  declaration(): ModelDeclaration {
    if (this.outputs.length === 0) throw new MalformedModel('it has no output');
    // Files of the format's first versions list their weights among the inputs.
    const inputs = this.inputs.filter(({ name }) => !this.initializers.has(name));
    return {
      irVersion: this.irVersion,
      opset: this.opset,
      inputs: inputs.map(declarationOf),
      outputs: this.outputs.map(declarationOf),
      externalData: [...this.externalData],
      foreignOperators: [...this.foreign].filter((operator) => !this.functions.has(operator)),
      loops: this.loops,
    };
  }

  readModel(): void {
    for (const field of fieldsOf(this.source)) {
      if (field.number === MODEL.irVersion) this.irVersion = field.value ?? 0;
      if (field.number === MODEL.opsetImport) this.readImport(field);
      if (field.number === MODEL.graph) this.readMainGraph(field);
      if (field.number === MODEL.function) this.readFunction(field);
      if (field.number === MODEL.trainingInfo) this.readTraining(field);
    }
  }

  private readImport(span: Span): void {
    const { domain, version } = fromBinary(OperatorSetIdProtoSchema, this.bytesOf(span));
    if (isOwn(domain)) this.opset = Number(version);
  }

  private readMainGraph(graph: Span): void {
    for (const field of fieldsOf(this.source, graph)) {
      if (field.number === GRAPH.input) this.inputs.push(this.valueInfoOf(field));
      if (field.number === GRAPH.output) this.outputs.push(this.valueInfoOf(field));
      if (field.number === GRAPH.initializer) this.initializers.add(this.readTensor(field));
    }
    this.readGraph(graph, 1);
  }

  private readTraining(training: Span): void {
    for (const field of fieldsOf(this.source, training)) {
      if (field.number === TRAINING.initialization || field.number === TRAINING.algorithm) this.readGraph(field, 1);
    }
  }

  private readFunction(definition: Span): void {
    const named = { name: '', domain: '' };
    for (const field of fieldsOf(this.source, definition)) {
      if (field.number === FUNCTION.name) named.name = this.textOf(field);
      if (field.number === FUNCTION.domain) named.domain = this.textOf(field);
      if (field.number === FUNCTION.node) this.readNode(field, 1);
      if (field.number === FUNCTION.attribute) this.readAttribute(field, 1);
    }
    this.functions.add(operatorName(named.domain, named.name));
  }

  private readGraph(graph: Span, depth: number): void {
    if (depth > DEEPEST) throw new MalformedModel('its graphs lie deeper within one another than any is read');
    for (const field of fieldsOf(this.source, graph)) {
      if (field.number === GRAPH.node) this.readNode(field, depth);
      if (field.number === GRAPH.initializer) this.readTensor(field);
      if (field.number === GRAPH.sparseInitializer) this.readSparseTensor(field);
    }
  }

  private readNode(node: Span, depth: number): void {
    const named = { opType: '', domain: '' };
    for (const field of fieldsOf(this.source, node)) {
      if (field.number === NODE.opType) named.opType = this.textOf(field);
      if (field.number === NODE.domain) named.domain = this.textOf(field);
      if (field.number === NODE.attribute) this.readAttribute(field, depth);
    }
    if (named.opType === 'Loop') this.loops = true;
    if (!isOwn(named.domain)) this.foreign.add(operatorName(named.domain, named.opType));
  }

  private readAttribute(attribute: Span, depth: number): void {
    for (const field of fieldsOf(this.source, attribute)) {
      if (field.number === ATTRIBUTE.tensor || field.number === ATTRIBUTE.tensors) this.readTensor(field);
      if (field.number === ATTRIBUTE.graph || field.number === ATTRIBUTE.graphs) this.readGraph(field, depth + 1);
      if (field.number === ATTRIBUTE.sparseTensor || field.number === ATTRIBUTE.sparseTensors) {
        this.readSparseTensor(field);
      }
    }
  }

  private readSparseTensor(tensor: Span): void {
    for (const field of fieldsOf(this.source, tensor)) {
      if (field.number === SPARSE_TENSOR.values || field.number === SPARSE_TENSOR.indices) this.readTensor(field);
    }
  }

  /** The tensor's name; where its values are in another file, that is noted. */
  private readTensor(tensor: Span): string {
    let name = '';
    for (const field of fieldsOf(this.source, tensor)) {
      if (field.number === TENSOR.name) name = this.textOf(field);
      if (field.number !== TENSOR.externalData) continue;
      const { key, value } = fromBinary(StringStringEntryProtoSchema, this.bytesOf(field));
      if (key === 'location') this.externalData.add(value);
    }
    return name;
  }

  private valueInfoOf(span: Span): ValueInfoProto {
    return fromBinary(ValueInfoProtoSchema, this.bytesOf(span));
  }

  private textOf(span: Span): string {
    return new TextDecoder().decode(this.bytesOf(span));
  }

  private bytesOf({ from, to }: Span): Uint8Array {
    if (to - from > LARGEST_DECLARATION) throw new MalformedModel('a declaration is larger than any can be');
    return this.source.read(from, to - from);
  }
}

function isOwn(domain: string): boolean {
  return domain === '' || domain === 'ai.onnx';
}

function operatorName(domain: string, name: string): string {
  return `${domain}.${name}`;
}

/** Element types that no graph is built with here, by their numbers in a file. */
const OTHER_TYPES: Readonly<Record<number, string>> = {
  4: 'uint16',
  5: 'int16',
  8: 'string',
  12: 'uint32',
  13: 'uint64',
  14: 'complex64',
  15: 'complex128',
  16: 'bfloat16',
};

function declarationOf({ name, type }: ValueInfoProto): TensorDeclaration {
  if (type?.value.case !== 'tensorType') return { name, type: 'no tensor', shape: null };
  const { elemType, shape } = type.value.value;
  const dimensions = shape?.dim.map(({ value }) =>
    value.case === 'dimValue' ? Number(value.value) : (value.value ?? null),
  );
  const element = ELEMENT_NAMES.get(elemType) ?? OTHER_TYPES[elemType] ?? 'of an unknown type';
  return { name, type: element, shape: dimensions ?? null };
}
