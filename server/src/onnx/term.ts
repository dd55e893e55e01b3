import { type Attributes, ELEMENT_NUMBERS, type ElementType, type GraphBuilder, type TensorData } from './build.js';

/** A term, or a number that stands for a constant of the other operand's type. */
export type Operand = Term | number;

/**
 * A value of a graph under construction, to write formulas with: `dy.mul(y.mul(y).neg().add(1))`.
 * Each method adds a node; element-wise ones broadcast as ONNX does.
 */
export class Term {
  constructor(
    readonly builder: GraphBuilder,
    readonly name: string,
    readonly type: ElementType,
  ) {}

  /** Applies an operator to this value and others; an undefined one is an optional input left out. */
  apply(operator: string, others: readonly (Operand | undefined)[] = [], attributes: Attributes = {}): Term {
    const names = others.map((other) => (typeof other === 'number' ? this.constant(other).name : (other?.name ?? '')));
    while (names.at(-1) === '') names.pop();
    return this.named(this.builder.op(operator, [this.name, ...names], attributes));
  }

  private named(name: string, type = this.type): Term {
    return new Term(this.builder, name, type);
  }

  /** The same value, which an operator has made of another type. */
  as(type: ElementType): Term {
    return this.named(this.name, type);
  }

  /** A scalar of this value's type. */
  constant(value: number): Term {
    const data = scalarData(this.type, value);
    if (data) return this.named(this.builder.constant(data, [], 'scalar'));
    return this.named(this.builder.constant(Float32Array.of(value), [], 'scalar'), 'float32').cast(this.type);
  }

  /** A one-dimensional int64 constant. */
  ints(...values: number[]): Term {
    return this.named(this.builder.ints(...values), 'int64');
  }

  add = (other: Operand) => this.apply('Add', [other]);
  sub = (other: Operand) => this.apply('Sub', [other]);
  mul = (other: Operand) => this.apply('Mul', [other]);
  div = (other: Operand) => this.apply('Div', [other]);
  pow = (other: Operand) => this.apply('Pow', [other]);
  max = (other: Operand) => this.apply('Max', [other]);
  min = (other: Operand) => this.apply('Min', [other]);
  neg = () => this.apply('Neg');
  exp = () => this.apply('Exp');
  log = () => this.apply('Log');
  sqrt = () => this.apply('Sqrt');
  erf = () => this.apply('Erf');
  tanh = () => this.apply('Tanh');
  sigmoid = () => this.apply('Sigmoid');
  sign = () => this.apply('Sign');
  floor = () => this.apply('Floor');

  equals = (other: Operand) => this.compare('Equal', other);
  less = (other: Operand) => this.compare('Less', other);
  greater = (other: Operand) => this.compare('Greater', other);
  /** Of two truth values, or of one its opposite. */
  and = (other: Term) => this.apply('And', [other]);
  not = () => this.apply('Not');

  private compare(operator: string, other: Operand): Term {
    return this.apply(operator, [other]).as('bool');
  }

  /** This value where the condition holds, else the other. */
  where(condition: Term, otherwise: Operand): Term {
    const other = typeof otherwise === 'number' ? this.constant(otherwise) : otherwise;
    return this.named(this.builder.op('Where', [condition.name, this.name, other.name]));
  }

  cast(type: ElementType): Term {
    if (type === this.type) return this;
    return this.named(this.builder.op('Cast', [this.name], { to: ELEMENT_NUMBERS[type] }), type);
  }

  matmul = (other: Term) => this.apply('MatMul', [other]);
  transpose = (...perm: number[]) => this.apply('Transpose', [], { perm });
  reshape = (shape: Term) => this.apply('Reshape', [shape]);
  expand = (shape: Term) => this.apply('Expand', [shape]);
  squeeze = (...axes: number[]) => this.apply('Squeeze', [this.ints(...axes)]);
  unsqueeze = (axes: Term) => this.apply('Unsqueeze', [axes]);
  gather = (indices: Term, axis: number) => this.apply('Gather', [indices], { axis });
  /** The elements of a vector from `start` to before `end`. */
  slice = (start: number, end: number) => this.apply('Slice', [this.ints(start), this.ints(end)]);
  /** The elements in the opposite order along the axis. */
  reversed = (axis: number) =>
    this.apply('Slice', [this.ints(-1), this.ints(-(2 ** 63)), this.ints(axis), this.ints(-1)]);
  concat = (...others: Term[]) => this.concatAt(0, ...others);
  split = (axis: number, sizes: Term, parts: number): Term[] =>
    this.builder.ops('Split', [this.name, sizes.name], { axis }, parts).map((name) => this.named(name));
  concatAt = (axis: number, ...others: Term[]) => this.apply('Concat', others, { axis });
  /** Zeros around each axis of `axes` (all where absent), `[begin…, end…]`; negative numbers take away instead. */
  pad = (pads: Term, axes?: Term) => this.apply('Pad', [pads, undefined, axes], { mode: 'constant' });

  /** This value with `updates` added at `indices` along the axis. */
  scatterAdd = (axis: number, indices: Term, updates: Term) =>
    this.apply('ScatterElements', [indices, updates], { axis, reduction: 'add' });

  /** The sum over the axes, kept with size 1. No axis at all leaves the value as it is. */
  sum = (axes: Term) => this.apply('ReduceSum', [axes], { keepdims: 1, noop_with_empty_axes: 1 });
  mean = (axes: Term) => this.apply('ReduceMean', [axes], { keepdims: 1, noop_with_empty_axes: 1 });

  /** The sizes of all axes, or of those from `start` to before `end`. */
  shape(start = 0, end?: number): Term {
    return this.apply('Shape', [], end === undefined ? { start } : { start, end }).as('int64');
  }

  /** How many elements there are, a scalar. */
  size(): Term {
    return this.apply('Size').as('int64');
  }

  /** Zeros of this value's shape, or of another. */
  zeros(shape = this.shape()): Term {
    return this.constant(0).expand(shape);
  }
}

function scalarData(type: ElementType, value: number): TensorData | undefined {
  if (type === 'float32') return Float32Array.of(value);
  if (type === 'float64') return Float64Array.of(value);
  if (type === 'int64') return BigInt64Array.of(BigInt(value));
  return undefined;
}
