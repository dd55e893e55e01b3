import type { Dimension } from './build.js';
import type { Node } from './node.js';

/** The sizes of a value's axes: a number, a name (equal names are equal sizes), or `'?'` where nothing is known. */
export type Shape = readonly Dimension[];

export interface KnownShapes {
  readonly shapes: ReadonlyMap<string, Shape>;
  /** Short int64 vectors whose values the graph holds. */
  readonly constants: ReadonlyMap<string, readonly number[]>;
}

/** The shapes of a node's outputs, as far as they follow from what is known of its inputs. */
export type ShapeRule = (node: Node, known: KnownShapes) => (Shape | undefined)[] | undefined;

const shapeAt = (node: Node, known: KnownShapes, index: number) => known.shapes.get(node.proto.input[index]);
const constantAt = (node: Node, known: KnownShapes, index: number) => known.constants.get(node.proto.input[index]);
const unknown = (rank: number): Shape => Array.from({ length: rank }, () => '?');
const isNumber = (size: Dimension): size is number => typeof size === 'number';
const counted = (axis: number, rank: number) => (axis < 0 ? axis + rank : axis);

/** A rule of the first input's shape alone. */
function ofFirst(rule: (shape: Shape, node: Node, known: KnownShapes) => Shape | undefined): ShapeRule {
  return (node, known) => {
    const shape = shapeAt(node, known, 0);
    return shape && [rule(shape, node, known)];
  };
}

const kept = ofFirst((shape) => shape);

const broadcast: ShapeRule = (node, known) => {
  const shapes = node.proto.input.map((_, index) => shapeAt(node, known, index));
  return shapes.every((shape) => shape !== undefined) ? [shapes.reduce(broadcastShapes)] : undefined;
};

function broadcastShapes(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  const at = (shape: Shape, axis: number) => shape[axis - rank + shape.length] ?? 1;
  return Array.from({ length: rank }, (_, axis) => broadcastSizes(at(a, axis), at(b, axis)));
}

function broadcastSizes(a: Dimension, b: Dimension): Dimension {
  if (a === b || b === 1) return a;
  if (a === 1) return b;
  if (isNumber(a)) return a;
  return isNumber(b) ? b : '?';
}

const matMul: ShapeRule = (node, known) => {
  const [a, b] = [shapeAt(node, known, 0), shapeAt(node, known, 1)];
  if (!a || !b) return undefined;
  const batch = broadcastShapes(a.slice(0, -2), b.slice(0, -2));
  return [[...batch, ...(a.length > 1 ? a.slice(-2, -1) : []), ...(b.length > 1 ? b.slice(-1) : [])]];
};

const gemm: ShapeRule = (node, known) => {
  const rows = shapeAt(node, known, 0)?.[node.int('transA', 0)] ?? '?';
  const columns = shapeAt(node, known, 1)?.[1 - node.int('transB', 0)] ?? '?';
  return [[rows, columns]];
};

const conv = ofFirst((x, node, known) => {
  const w = shapeAt(node, known, 1);
  const kernel = node.ints('kernel_shape') ?? w?.slice(2);
  return [x[0], w?.[0] ?? '?', ...windowed(x.slice(2), node, kernel)];
});

const pool = ofFirst((x, node) => [...x.slice(0, 2), ...windowed(x.slice(2), node, node.ints('kernel_shape'))]);

function windowed(sizes: Shape, node: Node, kernel: Shape | undefined): Shape {
  if (node.string('auto_pad', 'NOTSET') !== 'NOTSET' || node.int('ceil_mode', 0) !== 0) return unknown(sizes.length);
  const pads = node.ints('pads');
  return sizes.map((size, axis) => {
    const reach = kernel?.[axis];
    if (reach === undefined || !isNumber(reach)) return '?';
    const span = (node.ints('dilations')?.[axis] ?? 1) * (reach - 1) + 1;
    const padding = (pads?.[axis] ?? 0) + (pads?.[axis + sizes.length] ?? 0);
    const stride = node.ints('strides')?.[axis] ?? 1;
    if (stride === 1) return longer(size, padding - span + 1);
    return isNumber(size) ? Math.floor((size + padding - span) / stride) + 1 : '?';
  });
}

/** A size of so many more, or less: of a name as exporters write it, `height - 10`. */
function longer(size: Dimension, by: number): Dimension {
  if (isNumber(size)) return size + by;
  const [, name, sign, known] = /^(.*) ([+-]) (\d+)$/.exec(size) ?? [size, size, '+', 0];
  const more = Number(`${sign}${known}`) + by;
  if (name === '?' || more === 0) return name;
  return `${name} ${more > 0 ? '+' : '-'} ${Math.abs(more)}`;
}

const flatten = ofFirst((x, node) => {
  const axis = counted(node.int('axis', 1), x.length);
  return [productOf(x.slice(0, axis)), productOf(x.slice(axis))];
});

function productOf(sizes: Shape): Dimension {
  const others = sizes.filter((size) => size !== 1);
  if (others.length === 1) return others[0];
  return others.every(isNumber) ? others.reduce((product, size) => product * size, 1) : '?';
}

const reshape: ShapeRule = (node, known) => {
  const wanted = constantAt(node, known, 1);
  if (!wanted) return ofVector(1)(node, known);
  const x = shapeAt(node, known, 0);
  const sizes = wanted.map((size, axis) => (size === 0 && node.int('allowzero', 0) === 0 ? (x?.[axis] ?? '?') : size));
  return [sizes.map((size) => (size === -1 ? restOf(x, sizes) : size))];
};

/** The size that −1 stands for: what is left of x after the sizes that are given. */
function restOf(x: Shape | undefined, sizes: Shape): Dimension {
  const left = [...(x ?? ['?'])];
  for (const size of sizes.filter((s) => typeof s === 'string' && s !== '?')) {
    const at = left.indexOf(size);
    if (at < 0) return '?';
    left.splice(at, 1);
  }
  const given = productOf(sizes.filter((size) => isNumber(size) && size !== -1));
  const whole = productOf(left);
  if (sizes.includes('?') || !isNumber(given) || given === 0) return '?';
  if (isNumber(whole)) return whole / given;
  return given === 1 ? whole : '?';
}

/** The rank is the length of the vector that says the shape. */
function ofVector(index: number): ShapeRule {
  return (node, known) => {
    const length = shapeAt(node, known, index)?.[0];
    const constant = constantAt(node, known, index);
    if (constant && index === 0) return [constant];
    return length !== undefined && isNumber(length) ? [unknown(length)] : undefined;
  };
}

const expand: ShapeRule = (node, known) => {
  const x = shapeAt(node, known, 0);
  const wanted = constantAt(node, known, 1) ?? ofVector(1)(node, known)?.[0];
  return x && wanted && [broadcastShapes(x, wanted)];
};

const transpose = ofFirst((x, node) => node.ints('perm')?.map((axis) => x[axis]) ?? [...x].reverse());

const concat: ShapeRule = (node, known) => {
  const shapes = node.proto.input.map((_, index) => shapeAt(node, known, index));
  const like = shapes.find((shape) => shape !== undefined);
  if (!like) return undefined;
  const axis = counted(node.int('axis', 0), like.length);
  const sizes = shapes.map((shape) => shape?.[axis] ?? '?');
  return [like.with(axis, sizes.every(isNumber) ? sizes.reduce((sum, size) => sum + size, 0) : '?')];
};

const split: ShapeRule = (node, known) => {
  const x = shapeAt(node, known, 0);
  const sizes = constantAt(node, known, 1);
  if (!x) return undefined;
  const axis = counted(node.int('axis', 0), x.length);
  return node.proto.output.map((_, index) => x.with(axis, sizes?.[index] ?? '?'));
};

const slice = ofFirst((x, node, known) => {
  const starts = constantAt(node, known, 1);
  const axes = node.proto.input[3] ? constantAt(node, known, 3) : starts?.map((_, axis) => axis);
  const cut = axes?.map((axis) => counted(axis, x.length));
  return x.map((size, axis) => (cut && !cut.includes(axis) ? size : '?'));
});

const gather: ShapeRule = (node, known) => {
  const [x, indices] = [shapeAt(node, known, 0), shapeAt(node, known, 1)];
  if (!x || !indices) return undefined;
  const axis = counted(node.int('axis', 0), x.length);
  return [[...x.slice(0, axis), ...indices, ...x.slice(axis + 1)]];
};

const reduction = ofFirst((x, node, known) => {
  const keeps = node.int('keepdims', 1) === 1;
  const axes = axesOf(node, known, x);
  if (!axes) return keeps ? unknown(x.length) : undefined;
  return keeps ? x.map((size, axis) => (axes.includes(axis) ? 1 : size)) : x.filter((_, axis) => !axes.includes(axis));
});

function axesOf(node: Node, known: KnownShapes, x: Shape): number[] | undefined {
  const given = node.proto.input[1] ? constantAt(node, known, 1) : [];
  if (given?.length !== 0) return given?.map((axis) => counted(axis, x.length));
  return node.int('noop_with_empty_axes', 0) === 1 ? [] : x.map((_, axis) => axis);
}

const squeeze = ofFirst((x, node, known) => {
  const axes = constantAt(node, known, 1)?.map((axis) => counted(axis, x.length));
  return axes && x.filter((_, axis) => !axes.includes(axis));
});

const unsqueeze = ofFirst((x, node, known) => {
  const given = constantAt(node, known, 1);
  if (!given) return undefined;
  const rank = x.length + given.length;
  const axes = given.map((axis) => counted(axis, rank));
  const rest = [...x];
  return Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? 1 : (rest.shift() as Dimension)));
});

const pad = ofFirst((x, node, known) => {
  const pads = constantAt(node, known, 1);
  if (!pads || node.proto.input[3]) return unknown(x.length);
  return x.map((size, axis) => longer(size, pads[axis] + pads[axis + x.length]));
});

const table = (rule: ShapeRule, ...operators: string[]) => Object.fromEntries(operators.map((name) => [name, rule]));

export const SHAPE_RULES: Readonly<Record<string, ShapeRule>> = {
  ...table(kept, 'Abs', 'BatchNormalization', 'Cast', 'Clip', 'Dropout', 'Elu', 'Erf', 'Exp', 'Floor', 'Gelu'),
  ...table(kept, 'HardSigmoid', 'HardSwish', 'Identity', 'InstanceNormalization', 'LayerNormalization', 'LeakyRelu'),
  ...table(kept, 'Log', 'LogSoftmax', 'Neg', 'Not', 'Reciprocal', 'Relu', 'Round', 'Sigmoid', 'Sign', 'Softmax'),
  ...table(kept, 'Softplus', 'Sqrt', 'Tanh'),
  ...table(broadcast, 'Add', 'And', 'Div', 'Equal', 'Greater', 'Less', 'Max', 'Min', 'Mul', 'Or', 'Pow', 'PRelu'),
  ...table(broadcast, 'Sub', 'Sum', 'Where'),
  ...table(reduction, 'ReduceL1', 'ReduceL2', 'ReduceMax', 'ReduceMean', 'ReduceMin', 'ReduceProd', 'ReduceSum'),
  ...table(reduction, 'ReduceSumSquare'),
  MatMul: matMul,
  Gemm: gemm,
  Conv: conv,
  ConvTranspose: ofFirst((x) => [x[0], ...unknown(x.length - 1)]),
  MaxPool: pool,
  AveragePool: pool,
  GlobalAveragePool: ofFirst((x) => x.map((size, axis) => (axis < 2 ? size : 1))),
  Resize: ofFirst((x) => unknown(x.length)),
  GridSample: ofFirst((x, node, known) => [
    ...x.slice(0, 2),
    ...(shapeAt(node, known, 1)?.slice(1, -1) ?? unknown(x.length - 2)),
  ]),
  Flatten: flatten,
  Reshape: reshape,
  Expand: expand,
  Transpose: transpose,
  Concat: concat,
  Split: split,
  Slice: slice,
  Gather: gather,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Pad: pad,
  Shape: ofFirst((x) => [x.length]),
  Size: () => [[]],
  ConstantOfShape: ofVector(0),
};
