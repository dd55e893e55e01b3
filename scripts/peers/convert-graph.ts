import { conv, dense, depthwise, type Padding, VALID } from '../../server/src/compute/faces/graphs/layers.js';
import { GraphBuilder } from '../../server/src/onnx/build.js';

/** A graph model as TensorFlow.js keeps it: `model.json`. */
export interface TensorFlowGraph {
  readonly modelTopology: { readonly node: readonly TensorFlowNode[] };
  readonly weightsManifest: readonly { readonly weights: readonly WeightEntry[] }[];
}
interface TensorFlowNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Readonly<Record<string, Attribute>>;
}
interface Attribute {
  readonly s?: string;
  readonly list?: { readonly i?: readonly string[] };
  readonly shape?: { readonly dim?: readonly { readonly size: string }[] };
}
interface WeightEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
}

interface Constant {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}
/** A value of the graph that depends on the image: a map of features of `side`², or rows of numbers. */
interface Computed {
  readonly value: string;
  readonly side?: number;
  readonly channels: number;
}

/**
 * An image encoder of TensorFlow.js as an ONNX model: `image` [batch, side, side, channels] → `embedding` [batch, n]. Of
 * its graph only what `embedding` needs is taken. Maps of features stand channels first, as ONNX has them. Throws where
 * the graph has an operator, or a use of one, that is not known here.
 */
export function convertGraph(model: TensorFlowGraph, weights: Uint8Array, embedding: string): Uint8Array {
  return new Conversion(model, weights).convert(embedding);
}

class Conversion {
  private readonly g = new GraphBuilder('encoder');
  private readonly nodes: ReadonlyMap<string, TensorFlowNode>;
  private readonly constants: ReadonlyMap<string, Constant>;
  private readonly computed = new Map<string, Computed>();

  constructor({ modelTopology, weightsManifest }: TensorFlowGraph, weights: Uint8Array) {
    this.nodes = new Map(modelTopology.node.map((node) => [node.name, node]));
    const entries = weightsManifest.flatMap(({ weights }) => weights);
    this.constants = constantsOf(entries, weights);
  }

  convert(embedding: string): Uint8Array {
    const { value, side, channels } = this.valueOf(embedding);
    if (side !== undefined) throw new Error(`${embedding} is a map of features`);
    this.g.output(value, 'float32', ['batch', channels], 'embedding');
    return this.g.toBytes();
  }

  private valueOf(name: string): Computed {
    const known = this.computed.get(name);
    if (known) return known;
    const node = this.nodes.get(name);
    if (!node) throw new Error(`The graph has no node ${name}`);
    const made = this.make(node);
    this.computed.set(name, made);
    return made;
  }

  private make(node: TensorFlowNode): Computed {
    const inputs = node.input ?? [];
    switch (node.op) {
      case 'Placeholder':
        return this.image(node);
      case 'Identity':
        return this.valueOf(inputs[0]);
      case 'Conv2D':
      case 'DepthwiseConv2dNative':
        return this.convolution(node, this.valueOf(inputs[0]), this.constantOf(inputs[1]));
      case 'Pad':
        return this.pad(this.valueOf(inputs[0]), this.constantOf(inputs[1]));
      case 'Relu': {
        const x = this.valueOf(inputs[0]);
        return { ...x, value: this.g.op('Relu', [x.value]) };
      }
      case 'Add':
      case 'AddV2':
        return this.elementwise('Add', inputs);
      case 'Sub':
        return this.elementwise('Sub', inputs);
      case 'Mul':
        return this.elementwise('Mul', inputs);
      case 'Maximum':
        return this.elementwise('Max', inputs);
      case 'Minimum':
        return this.elementwise('Min', inputs);
      case 'Reshape':
        return this.flatten(this.valueOf(inputs[0]), this.constantOf(inputs[1]));
      case 'MatMul':
        return this.product(node, this.valueOf(inputs[0]), this.constantOf(inputs[1]));
      case 'Mean':
        return this.mean(this.valueOf(inputs[0]), this.constantOf(inputs[1]));
      default:
        throw new Error(`${node.name}: the operator ${node.op} is not known`);
    }
  }

  private image({ attr }: TensorFlowNode): Computed {
    const [side, width, channels] = (attr?.shape.shape?.dim ?? []).slice(1).map(({ size }) => Number(size));
    if (side !== width) throw new Error('The image is not square');
    const image = this.g.input('image', 'float32', ['batch', side, side, channels]);
    return { value: this.g.op('Transpose', [image], { perm: [0, 3, 1, 2] }), side, channels };
  }

  private convolution({ op, name, attr }: TensorFlowNode, x: Computed, filters: Constant): Computed {
    const [height, width, , last] = filters.shape;
    const [, stride, across] = (attr?.strides.list?.i ?? []).map(Number);
    const wide = attr?.dilations?.list?.i?.some((size) => Number(size) !== 1);
    if (x.side === undefined || height !== width || stride !== across || wide) throw new Error(`${name}: unknown form`);
    const same = textOf(attr?.padding) === 'SAME';
    const pads = same ? samePadding(x.side, height, stride) : VALID;
    const side = Math.floor((x.side + pads[0] + pads[2] - height) / stride) + 1;
    const weight = { data: filters.data, shape: filters.shape };
    if (op === 'Conv2D') return { value: conv(this.g, x.value, weight, { stride, pads }), side, channels: last };
    if (last !== 1) throw new Error(`${name}: ${last} filters a channel`);
    return { value: depthwise(this.g, x.value, weight, { stride, pads }), side, channels: x.channels };
  }

  /** `paddings` has a row for each of batch, height, width, channels: before and after. */
  private pad(x: Computed, { data }: Constant): Computed {
    const [, , top, bottom, left, right] = data;
    if (x.side === undefined || top !== left || bottom !== right || data[0] + data[1] + data[6] + data[7] > 0) {
      throw new Error('Pad: unknown form');
    }
    const pads = this.g.ints(0, 0, top, left, 0, 0, bottom, right);
    return { ...x, value: this.g.op('Pad', [x.value, pads]), side: x.side + top + bottom };
  }

  private elementwise(op: string, [a, b]: readonly string[]): Computed {
    const [constantA, constantB] = [this.constants.get(a), this.constants.get(b)];
    const x = this.valueOf(constantA ? b : a);
    if (!constantA && !constantB) return { ...x, value: this.g.op(op, [x.value, this.valueOf(b).value]) };
    const operands = constantA ? [this.broadcast(constantA, x), x.value] : [x.value, this.broadcast(constantB!, x)];
    return { ...x, value: this.g.op(op, operands) };
  }

  /** TensorFlow broadcasts along the last axis, which is that of the channels. */
  private broadcast({ data, shape }: Constant, x: Computed): string {
    if (data.length === 1) return this.g.scalar(data[0]);
    if (data.length !== x.channels || shape.at(-1) !== x.channels) throw new Error(`[${shape}] is no value a channel`);
    return this.g.constant(data, x.side === undefined ? [x.channels] : [x.channels, 1, 1]);
  }

  /** Rows in TensorFlow's order, channels last. */
  private flatten(x: Computed, { data }: Constant): Computed {
    const channels = x.channels * (x.side ?? 1) ** 2;
    if (data.length !== 2 || data[1] !== channels) throw new Error(`Reshape to [${data}]`);
    const rows = x.side === undefined ? x.value : this.g.op('Transpose', [x.value], { perm: [0, 2, 3, 1] });
    return { value: this.g.op('Reshape', [rows, this.g.ints(-1, channels)]), channels };
  }

  private product({ name, attr }: TensorFlowNode, x: Computed, { data, shape }: Constant): Computed {
    if (x.side !== undefined || JSON.stringify(attr).includes('true')) throw new Error(`${name}: unknown form`);
    const column = this.g.op('Reshape', [x.value, this.g.ints(-1, shape[0], 1, 1)]);
    return { value: dense(this.g, column, { data, shape }), channels: shape[1] };
  }

  private mean(x: Computed, axes: Constant): Computed {
    if (x.side === undefined || String([...axes.data].sort()) !== '1,2') throw new Error(`Mean over [${axes.data}]`);
    const pooled = this.g.op('GlobalAveragePool', [x.value]);
    return { value: this.g.op('Flatten', [pooled], { axis: 1 }), channels: x.channels };
  }

  private constantOf(name: string): Constant {
    const constant = this.constants.get(name);
    if (!constant) throw new Error(`${name} is no constant`);
    return constant;
  }
}

/** TensorFlow's SAME: ⌈side / stride⌉ places, the odd row or column of zeros below and to the right. */
function samePadding(side: number, kernel: number, stride: number): Padding {
  const total = Math.max((Math.ceil(side / stride) - 1) * stride + kernel - side, 0);
  const before = Math.floor(total / 2);
  return [before, before, total - before, total - before];
}

function textOf(attribute: Attribute | undefined): string {
  return Buffer.from(attribute?.s ?? '', 'base64').toString();
}

/** Weights one after another, as the manifest lists them; whole numbers are few and small: shapes, axes, paddings. */
function constantsOf(entries: readonly WeightEntry[], bytes: Uint8Array): Map<string, Constant> {
  const constants = new Map<string, Constant>();
  let offset = 0;
  for (const { name, shape, dtype } of entries) {
    const count = shape.reduce((product, size) => product * size, 1);
    const { buffer } = Uint8Array.from(bytes.subarray(offset, offset + 4 * count));
    if (dtype !== 'float32' && dtype !== 'int32') throw new Error(`${name} is of ${dtype}`);
    const data = dtype === 'float32' ? new Float32Array(buffer) : Float32Array.from(new Int32Array(buffer));
    constants.set(name, { shape, data });
    offset += 4 * count;
  }
  if (offset !== bytes.length) throw new Error(`The weights have ${bytes.length} bytes; their manifest says ${offset}`);
  return constants;
}
