import { create, toBinary } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataType as DataType,
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  NodeProtoSchema,
  type OperatorSetIdProto,
  OperatorSetIdProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './onnx_pb.js';

/** The operator set that built graphs import: the first with Gelu and with GridSample's `linear`. */
export const OPSET = 20;
const IR_VERSION = 9;

export type ElementType = 'float32' | 'float64' | 'int32' | 'int64' | 'bool' | 'uint8' | 'int8' | 'float16';
export type TensorData = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array | Uint16Array;
/** A dimension is a size, or a name where the size is free (`'batch'`). */
export type Dimension = number | string;

/** The numbers that element types have in a file. */
export const ELEMENT_NUMBERS: Record<ElementType, DataType> = {
  float32: DataType.FLOAT,
  float64: DataType.DOUBLE,
  int32: DataType.INT32,
  int64: DataType.INT64,
  bool: DataType.BOOL,
  uint8: DataType.UINT8,
  int8: DataType.INT8,
  float16: DataType.FLOAT16,
};

/** The element types by their numbers in a file. */
export const ELEMENT_NAMES: ReadonlyMap<number, ElementType> = new Map(
  Object.entries(ELEMENT_NUMBERS).map(([name, number]) => [number, name as ElementType]),
);

/** A float attribute; a bare number in an attribute list is an integer. */
export interface FloatAttribute {
  readonly float: number | readonly number[];
}
export const float = (value: number | readonly number[]): FloatAttribute => ({ float: value });

export type Attribute = number | string | readonly number[] | FloatAttribute;
export type Attributes = Readonly<Record<string, Attribute>>;

/**
 * Builds an ONNX graph node by node; every method that makes a value returns its name.
 *
 * Names are made unique, so a block of a network is a plain function of a builder and a value.
 * Values are checked by ONNX Runtime when the model is loaded, not here.
 */
export class GraphBuilder {
  private readonly graph: GraphProto;
  private readonly used = new Set<string>();
  private counter = 0;
  private imports: readonly OperatorSetIdProto[] = [create(OperatorSetIdProtoSchema, { version: BigInt(OPSET) })];

  /** Starts an empty graph of that name, or goes on with a graph, which it changes. */
  constructor(start: string | GraphProto) {
    this.graph = typeof start === 'string' ? create(GraphProtoSchema, { name: start }) : start;
    for (const name of takenNames(this.graph)) this.used.add(name);
  }

  input(name: string, type: ElementType, shape: readonly Dimension[]): string {
    this.graph.input.push(valueInfo(this.claim(name), type, shape));
    return name;
  }

  /** Declares `value` to be an output of the graph, under the name it already has or a new one. */
  output(value: string, type: ElementType, shape: readonly Dimension[], name = value): string {
    if (name !== value) this.rename(value, name);
    this.graph.output.push(valueInfo(name, type, shape));
    return name;
  }

  /** Gives a value a second name. */
  rename(value: string, name: string): string {
    this.node('Identity', [value], {}, [this.claim(name)]);
    return name;
  }

  /** Adds a constant tensor; the element type follows from the array's class unless `type` says otherwise. */
  constant(data: TensorData, shape: readonly number[], name = 'constant', type?: ElementType): string {
    const tensor = tensorProto(data, shape, this.fresh(name), type);
    this.graph.initializer.push(tensor);
    return tensor.name;
  }

  scalar(value: number): string {
    return this.constant(Float32Array.of(value), [], 'scalar');
  }

  /** A one-dimensional int64 constant: what shapes, axes and paddings are given as. */
  ints(...values: number[]): string {
    return this.constant(BigInt64Array.from(values, BigInt), [values.length], 'ints');
  }

  /** Adds a node with one output. An empty input name stands for an optional input left out. */
  op(type: string, inputs: readonly string[], attributes: Attributes = {}): string {
    const output = this.fresh(type.toLowerCase());
    this.node(type, inputs, attributes, [output]);
    return output;
  }

  /** Adds a node with several outputs. */
  ops(type: string, inputs: readonly string[], attributes: Attributes, outputs: number): string[] {
    const names = Array.from({ length: outputs }, () => this.fresh(type.toLowerCase()));
    this.node(type, inputs, attributes, names);
    return names;
  }

  /** Adds another graph's nodes and weights, whose names none of this one's values may have, and what they import. */
  append({ node, initializer, valueInfo }: GraphProto, imports: readonly OperatorSetIdProto[]): void {
    for (const name of [...initializer.map(({ name }) => name), ...node.flatMap(({ output }) => output)]) {
      if (name !== '') this.claim(name);
    }
    this.graph.node.push(...node);
    this.graph.initializer.push(...initializer);
    this.graph.valueInfo.push(...valueInfo);
    this.imports = newestOf([...this.imports, ...imports]);
  }

  toModel(): ModelProto {
    return create(ModelProtoSchema, {
      irVersion: BigInt(IR_VERSION),
      producerName: 'lookalike',
      opsetImport: [...this.imports],
      graph: this.graph,
    });
  }

  toBytes(): Uint8Array {
    return toBinary(ModelProtoSchema, this.toModel());
  }

  private node(type: string, inputs: readonly string[], attributes: Attributes, outputs: string[]): void {
    const attribute = Object.entries(attributes).map(([name, value]) => attributeProto(name, value));
    this.graph.node.push(
      create(NodeProtoSchema, { opType: type, name: outputs[0], input: [...inputs], output: outputs, attribute }),
    );
  }

  /** A name that no value of the graph has yet; it counts as taken from now on. */
  fresh(stem: string): string {
    let name: string;
    do name = `${stem}_${this.counter++}`;
    while (this.used.has(name));
    return this.claim(name);
  }

  private claim(name: string): string {
    if (this.used.has(name)) throw new Error(`The graph already has a value named ${name}`);
    this.used.add(name);
    return name;
  }
}

/** Each domain's newest operator set. */
function newestOf(imports: readonly OperatorSetIdProto[]): OperatorSetIdProto[] {
  const newest = new Map<string, OperatorSetIdProto>();
  for (const { domain, version } of imports) {
    const name = domain === 'ai.onnx' ? '' : domain;
    const known = newest.get(name)?.version ?? 0n;
    newest.set(name, create(OperatorSetIdProtoSchema, { domain: name, version: version > known ? version : known }));
  }
  return [...newest.values()];
}

/** The names of a graph's values: what it is given, what it holds, what its nodes make. */
export function* valueNames({ input, initializer, node }: GraphProto): Generator<string> {
  for (const { name } of [...input, ...initializer]) yield name;
  for (const { output } of node) yield* output.filter((name) => name !== '');
}

/** All names that a new value or node must not have: those inside sub-graphs too. */
function* takenNames(graph: GraphProto): Generator<string> {
  yield* valueNames(graph);
  for (const { name, attribute } of graph.node) {
    yield name;
    for (const { g } of attribute) if (g) yield* takenNames(g);
  }
}

/** A tensor in ONNX's form; its bytes are little-endian, as the format asks. */
export function tensorProto(data: TensorData, shape: readonly number[], name: string, type?: ElementType): TensorProto {
  const count = shape.reduce((product, size) => product * size, 1);
  if (count !== data.length) throw new Error(`${name}: ${data.length} values do not fill the shape [${shape}]`);
  return create(TensorProtoSchema, {
    name,
    dims: shape.map(BigInt),
    dataType: ELEMENT_NUMBERS[type ?? elementTypeOf(data)],
    rawData: new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength),
  });
}

export function valueInfo(name: string, type: ElementType, shape: readonly Dimension[]): ValueInfoProto {
  const dim = shape.map((size) => ({
    value:
      typeof size === 'number'
        ? { case: 'dimValue' as const, value: BigInt(size) }
        : { case: 'dimParam' as const, value: size },
  }));
  const tensor = { elemType: ELEMENT_NUMBERS[type] as number, shape: { dim } };
  return create(ValueInfoProtoSchema, { name, type: { value: { case: 'tensorType', value: tensor } } });
}

export function attributeProto(name: string, value: Attribute): AttributeProto {
  if (typeof value === 'string') {
    return create(AttributeProtoSchema, { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) });
  }
  if (typeof value === 'number') {
    return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value) });
  }
  if ('float' in value) return floatAttribute(name, value.float);
  return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: value.map(BigInt) });
}

function floatAttribute(name: string, value: number | readonly number[]): AttributeProto {
  return typeof value === 'number'
    ? create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: value })
    : create(AttributeProtoSchema, { name, type: AttributeType.FLOATS, floats: [...value] });
}

function elementTypeOf(data: TensorData): ElementType {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Float64Array) return 'float64';
  if (data instanceof Int32Array) return 'int32';
  if (data instanceof BigInt64Array) return 'int64';
  if (data instanceof Uint16Array) return 'float16';
  return 'uint8';
}
