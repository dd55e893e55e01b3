import { type Attributes, GraphBuilder } from '../../../server/src/onnx/build.js';
import type { Node } from '../../../server/src/onnx/node.js';
import type { GraphProto, ModelProto, TensorProto } from '../../../server/src/onnx/onnx_pb.js';
import { graphOf } from '../../../server/src/onnx/read.js';
import { inferShapes, type Shape } from '../../../server/src/onnx/shapes.js';
import { Term } from '../../../server/src/onnx/term.js';

const DOUBLE = 11;
const FLOAT = 1;

/** How an operator that ONNX Runtime has in float32 only is composed of ones that it has in double. */
type Composition = (node: Node, inputs: readonly Term[], sizes: Shape) => Term;

const COMPOSITIONS: Readonly<Record<string, Composition>> = {
  Conv: convolve,
  AveragePool: (node, [x], sizes) => {
    const parts = windowParts(node, x, sizes.slice(2) as number[]);
    return parts.reduce((sum, part) => sum.add(part)).div(parts.length);
  },
  PRelu: (_, [x, slope]) => x.max(0).add(slope.mul(x.neg().max(0)).neg()),
  GlobalAveragePool: (_, [x]) => x.mean(x.ints(2, 3)),
  ReduceL2: (node, [x, axes]) =>
    x
      .mul(x)
      .apply('ReduceSum', [axes], { keepdims: node.int('keepdims', 1) })
      .sqrt(),
  Erf: (_, [x]) => erf(x),
  Gelu: (_, [x]) => erf(x.mul(Math.SQRT1_2)).add(1).mul(x).mul(0.5),
};

/**
 * The same network in double precision: a reference for the gradients of one in float32. It knows what the
 * networks of the tests are made of: convolutions without dilation and without groups, or of one channel each, pools without
 * padding.
 */
export function inDoublePrecision(model: ModelProto): ModelProto {
  const source = model.graph as GraphProto;
  const { inputs, outputs, nodes } = graphOf(model);
  const { shapes } = inferShapes(source);
  const g = new GraphBuilder(`${source.name} in double precision`);
  const names = new Map(inputs.map(({ name, shape }) => [name, g.input(name, 'float64', shape ?? [])]));
  for (const tensor of source.initializer) names.set(tensor.name, copyTensor(g, tensor));
  const term = (name: string) => new Term(g, names.get(name) ?? '', 'float64');
  for (const node of nodes) {
    const composition = COMPOSITIONS[node.operator];
    const { input, output } = node.proto;
    const made = composition
      ? [composition(node, input.map(term), shapes.get(input[0]) ?? []).name]
      : g.ops(
          node.operator,
          input.map((name) => term(name).name),
          attributesOf(node),
          output.length,
        );
    output.forEach((name, index) => {
      names.set(name, made[index]);
    });
  }
  for (const { name, shape } of outputs) g.output(term(name).name, 'float64', shape ?? [], name);
  return g.toModel();
}

function attributesOf(node: Node): Attributes {
  return node.attributes.to === FLOAT ? { ...node.attributes, to: DOUBLE } : node.attributes;
}

function copyTensor(g: GraphBuilder, { dataType, dims, rawData, floatData, int64Data }: TensorProto): string {
  const bytes = rawData.length > 0 ? Uint8Array.from(rawData).buffer : undefined;
  const data =
    dataType === FLOAT
      ? Float64Array.from(bytes ? new Float32Array(bytes) : floatData)
      : bytes
        ? new BigInt64Array(bytes)
        : BigInt64Array.from(int64Data);
  return g.constant(data, dims.map(Number));
}

/** A convolution as one matrix product: for each place in the kernel, all that lies under it. */
function convolve(node: Node, [x, w, b]: readonly Term[], sizes: Shape): Term {
  const pads = node.ints('pads') ?? [0, 0, 0, 0];
  const padded = x.pad(x.ints(...pads), x.ints(2, 3));
  const spatial = [Number(sizes[2]) + pads[0] + pads[2], Number(sizes[3]) + pads[1] + pads[3]];
  const parts = windowParts(node, padded, spatial);
  if (node.int('group', 1) > 1) return eachChannel(parts, w, b);
  const [first, ...others] = parts;
  const columns = first.concatAt(1, ...others);
  const weights = w.transpose(0, 2, 3, 1).reshape(w.shape(0, 1).concat(w.ints(-1)));
  const product = weights.matmul(columns.reshape(x.ints(0, 0, -1)));
  const shaped = product.reshape(x.shape(0, 1).concat(w.shape(0, 1), columns.shape(2)));
  return b ? shaped.add(b.reshape(b.ints(-1, 1, 1))) : shaped;
}

/** A convolution of each channel by itself: all that lies under a place in the kernel times the channel's weight there. */
function eachChannel(parts: readonly Term[], w: Term, b?: Term): Term {
  const weights = w.reshape(w.ints(0, -1));
  const weighted = parts.map((part, place) => {
    const column = weights.apply('Slice', [w.ints(place), w.ints(place + 1), w.ints(1)]);
    return part.mul(column.reshape(w.ints(1, -1, 1, 1)));
  });
  const sum = weighted.reduce((total, one) => total.add(one));
  return b ? sum.add(b.reshape(b.ints(-1, 1, 1))) : sum;
}

/** For each place in the kernel, row by row, the elements that lie under it: [batch, channels, height, width]. */
function windowParts(node: Node, x: Term, sizes: readonly number[]): Term[] {
  const kernel = node.ints('kernel_shape') ?? [];
  const strides = node.ints('strides') ?? [1, 1];
  const last = kernel.map((size, axis) => Math.floor((sizes[axis] - size) / strides[axis]) * strides[axis]);
  const places = Array.from({ length: kernel[0] * kernel[1] }, (_, i) => [Math.floor(i / kernel[1]), i % kernel[1]]);
  return places.map(([row, column]) => {
    const ends = x.ints(row + last[0] + 1, column + last[1] + 1);
    return x.apply('Slice', [x.ints(row, column), ends, x.ints(2, 3), x.ints(...strides)]);
  });
}

/** erf x = 2/√π · e^(−x²) · Σ 2ⁿ x²ⁿ⁺¹ / (2n+1)!!, whose terms have one sign; enough of them for |x| < 4. */
function erf(x: Term): Term {
  const square = x.mul(x);
  let sum = x.constant(1);
  for (let n = 60; n > 0; n--)
    sum = sum
      .mul(square)
      .mul(2 / (2 * n + 1))
      .add(1);
  return sum
    .mul(x)
    .mul(square.neg().exp())
    .mul(2 / Math.sqrt(Math.PI));
}
