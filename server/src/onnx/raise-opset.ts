import { create } from '@bufbuild/protobuf';
import { type Attribute, attributeProto, GraphBuilder, OPSET } from './build.js';
import { Node } from './node.js';
import { type GraphProto, type ModelProto, type NodeProto, NodeProtoSchema } from './onnx_pb.js';
import { GraphFailure } from './outcome.js';

/** The oldest operator set whose operators are known here. */
const OLDEST_OPSET = 11;
const OLDEST_IR_VERSION = 9n;

/** The nodes that take the place of a node of an older operator set. */
type Revision = (node: Node, builder: GraphBuilder) => NodeProto[];

interface Change {
  /** The operator set that brought the change. */
  readonly opset: number;
  readonly revise: Revision;
}

const axesBecameInput = (opset: number): Change => ({ opset, revise: inPlace(moveToInput('axes')) });
const softmaxKeptItsShape: Change = { opset: 13, revise: flattenAround };

/** What changed in an operator's meaning or form from operator set 11 to 20; the rest gained element types only. */
const CHANGES: Readonly<Record<string, Change>> = {
  Dropout: { opset: 12, revise: inPlace(({ proto }) => removeAttribute(proto, 'ratio')) },
  Softmax: softmaxKeptItsShape,
  LogSoftmax: softmaxKeptItsShape,
  Hardmax: softmaxKeptItsShape,
  Squeeze: axesBecameInput(13),
  Unsqueeze: axesBecameInput(13),
  ReduceSum: axesBecameInput(13),
  RoiAlign: {
    opset: 16,
    revise: inPlace(({ proto }) => setAttribute(proto, 'coordinate_transformation_mode', 'output_half_pixel')),
  },
  ReduceMean: axesBecameInput(18),
  ReduceMax: axesBecameInput(18),
  ReduceMin: axesBecameInput(18),
  ReduceProd: axesBecameInput(18),
  ReduceL1: axesBecameInput(18),
  ReduceL2: axesBecameInput(18),
  ReduceLogSum: axesBecameInput(18),
  ReduceLogSumExp: axesBecameInput(18),
  ReduceSumSquare: axesBecameInput(18),
  Split: { opset: 18, revise: inPlace(sayHowSplit) },
  GridSample: { opset: 20, revise: inPlace(renameInterpolation) },
};

/** A copy of the model that imports at least the operator set that this package builds with, and means the same. */
export function raiseOpset(model: ModelProto): ModelProto {
  const imports = model.opsetImport.map((entry) => ({ ...entry }));
  const standard = imports.find(({ domain }) => domain === '' || domain === 'ai.onnx');
  const version = Number(standard?.version ?? 0);
  if (!standard || version < OLDEST_OPSET) {
    const message = `The model uses operator set ${version}; the oldest that is known is ${OLDEST_OPSET}`;
    throw new GraphFailure({ code: 'opset-unsupported', message });
  }
  const graph = copyOf(model.graph as GraphProto);
  if (version < OPSET) {
    reviseNodes(graph, version, new GraphBuilder(graph));
    standard.version = BigInt(OPSET);
  }
  const irVersion = model.irVersion > OLDEST_IR_VERSION ? model.irVersion : OLDEST_IR_VERSION;
  return { ...model, irVersion, opsetImport: imports, graph };
}

function copyOf(graph: GraphProto): GraphProto {
  const node = graph.node.map(copyOfNode);
  return { ...graph, node, initializer: [...graph.initializer], output: [...graph.output] };
}

function copyOfNode(node: NodeProto): NodeProto {
  const attribute = node.attribute.map((entry) => (entry.g ? { ...entry, g: copyOf(entry.g) } : entry));
  return { ...node, input: [...node.input], output: [...node.output], attribute };
}

function reviseNodes(graph: GraphProto, version: number, builder: GraphBuilder): void {
  graph.node = graph.node.flatMap((proto) => {
    for (const { g } of proto.attribute) if (g) reviseNodes(g, version, builder);
    const node = new Node(proto);
    const change = CHANGES[node.operator];
    return change && version < change.opset ? change.revise(node, builder) : [proto];
  });
}

type Edit = (node: Node, builder: GraphBuilder) => void;

function inPlace(edit: Edit): Revision {
  return (node, builder) => {
    edit(node, builder);
    return [node.proto];
  };
}

function removeAttribute(proto: NodeProto, name: string): void {
  proto.attribute = proto.attribute.filter((attribute) => attribute.name !== name);
}

function setAttribute(proto: NodeProto, name: string, value: Attribute): void {
  if (!proto.attribute.some((attribute) => attribute.name === name)) proto.attribute.push(attributeProto(name, value));
}

function moveToInput(name: string): Edit {
  return (node, builder) => {
    const values = node.ints(name);
    if (!values) return;
    node.proto.input[1] = builder.ints(...values);
    removeAttribute(node.proto, name);
  };
}

function sayHowSplit(node: Node, builder: GraphBuilder): void {
  moveToInput('split')(node, builder);
  if (!node.proto.input[1]) node.proto.attribute.push(attributeProto('num_outputs', node.proto.output.length));
}

function renameInterpolation(node: Node): void {
  const mode = node.string('mode', 'bilinear').replace(/^bi/, '');
  removeAttribute(node.proto, 'mode');
  setAttribute(node.proto, 'mode', mode);
}

/** Softmax once made a matrix of its input: all axes from `axis` on were one. */
function flattenAround(node: Node, builder: GraphBuilder): NodeProto[] {
  const [x] = node.proto.input;
  const [y] = node.proto.output;
  const [flat, shape, result] = ['flat', 'shape', 'softmax'].map((stem) => builder.fresh(stem));
  const axis = attributeProto('axis', node.int('axis', 1));
  node.proto.input = [flat];
  node.proto.output = [result];
  node.proto.attribute = [attributeProto('axis', -1)];
  return [
    nodeProto('Flatten', [x], [flat], [axis]),
    nodeProto('Shape', [x], [shape]),
    node.proto,
    nodeProto('Reshape', [result, shape], [y]),
  ];
}

function nodeProto(
  opType: string,
  input: string[],
  output: string[],
  attribute: NodeProto['attribute'] = [],
): NodeProto {
  return create(NodeProtoSchema, { opType, input, output, attribute });
}
