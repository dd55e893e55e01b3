import { create } from '@bufbuild/protobuf';
import { type Attribute, attributeProto, GraphBuilder, OPSET } from './build.js';
import { Node } from './node.js';
import { type GraphProto, type ModelProto, type NodeProto, NodeProtoSchema } from './onnx_pb.js';
import { GraphFailure } from './outcome.js';

/** The oldest operator set whose operators are known here. */
const OLDEST_OPSET = 7;
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

/**
 * What changed in an operator's meaning or form from operator set 7 to 20, in the order of the sets; the rest gained
 * element types, or attributes whose defaults are what was.
 */
const CHANGES: Readonly<Record<string, Change>> = {
  BatchNormalization: { opset: 9, revise: inPlace(requireSpatial) },
  Upsample: { opset: 10, revise: inPlace(becomeResize) },
  Slice: { opset: 10, revise: inPlace(moveSliceToInputs) },
  TopK: { opset: 10, revise: inPlace(moveCountToInput) },
  Resize: { opset: 11, revise: inPlace(sampleAsUpsampleDid) },
  Clip: { opset: 11, revise: inPlace(moveClipToInputs) },
  Pad: { opset: 11, revise: inPlace(movePadToInputs) },
  Scatter: { opset: 11, revise: inPlace(({ proto }) => rename(proto, 'ScatterElements')) },
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

/** Before operator set 9 a batch could be normalised for each element, not for each channel. */
function requireSpatial(node: Node): void {
  if (node.int('spatial', 1) !== 1) {
    const message = `The node "${node.name}" normalises each element by itself, as no operator set from 9 on does`;
    throw new GraphFailure({ code: 'opset-unsupported', message, operator: node.operator, node: node.name });
  }
  removeAttribute(node.proto, 'spatial');
}

/** It was replaced by Resize; up to operator set 8 its scales are an attribute. */
function becomeResize(node: Node, builder: GraphBuilder): void {
  const { proto } = node;
  const scales = node.attributes.scales;
  if (typeof scales === 'object' && 'float' in scales) {
    const values = Float32Array.from(scales.float as readonly number[]);
    proto.input[1] = builder.constant(values, [values.length], 'scales');
    removeAttribute(proto, 'scales');
  }
  rename(proto, 'Resize');
  sampleAsUpsampleDid(node);
}

/** Resize of operator set 10 has scales in the place of the region of interest, and samples from the corners. */
function sampleAsUpsampleDid({ proto }: Node): void {
  const [x, scales] = proto.input;
  proto.input = [x, '', scales];
  setAttribute(proto, 'coordinate_transformation_mode', 'asymmetric');
  setAttribute(proto, 'nearest_mode', 'floor');
}

function moveSliceToInputs(node: Node, builder: GraphBuilder): void {
  const [starts, ends, axes] = ['starts', 'ends', 'axes'].map((name) => node.ints(name));
  if (!starts || !ends) return;
  const all = axes ?? starts.map((_, axis) => axis);
  node.proto.input.push(builder.ints(...starts.map(bounded)), builder.ints(...ends.map(bounded)), builder.ints(...all));
  for (const name of ['starts', 'ends', 'axes']) removeAttribute(node.proto, name);
}

/** Ends are often the largest integer there is, which a double does not hold. */
function bounded(index: number): number {
  return Math.max(-(2 ** 62), Math.min(2 ** 62, index));
}

function moveCountToInput(node: Node, builder: GraphBuilder): void {
  node.proto.input[1] = builder.ints(node.int('k', 1));
  removeAttribute(node.proto, 'k');
}

function moveClipToInputs(node: Node, builder: GraphBuilder): void {
  for (const [at, name] of ['min', 'max'].entries()) {
    const bound = node.float(name, Number.NaN);
    node.proto.input[1 + at] = Number.isNaN(bound) ? '' : builder.scalar(bound);
    removeAttribute(node.proto, name);
  }
}

function movePadToInputs(node: Node, builder: GraphBuilder): void {
  node.proto.input.push(builder.ints(...(node.ints('pads') ?? [])), builder.scalar(node.float('value', 0)));
  for (const name of ['pads', 'value']) removeAttribute(node.proto, name);
}

function rename(proto: NodeProto, operator: string): void {
  proto.opType = operator;
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
