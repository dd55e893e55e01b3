import type { GraphBuilder } from '../../../server/src/onnx/build.js';
import type { GradientCase } from './gradient-check.js';
import { SeededNumbers } from './tensor.js';

interface Value {
  readonly name: string;
  readonly shape: readonly number[];
}

const NODES = 8;

/** A graph of operators that are drawn by seed, applied to the inputs and to what other operators made of them. */
export function randomFormula(seed: number): Pick<GradientCase, 'inputs' | 'formula'> {
  const numbers = new SeededNumbers(seed);
  const shape = [numbers.integer(1, 3), numbers.integer(2, 3), numbers.integer(2, 4)];
  const inputs = { a: shape, b: numbers.pick([shape, shape.slice(1), [1, shape[1], 1], shape.with(0, 1)]) };
  return {
    inputs,
    formula: (g, { a, b }) => {
      const draw = new RandomGraph(g, new SeededNumbers(seed + 1000));
      return draw.from([
        { name: a, shape: inputs.a },
        { name: b, shape: inputs.b },
      ]);
    },
  };
}

class RandomGraph {
  constructor(
    private readonly g: GraphBuilder,
    private readonly numbers: SeededNumbers,
  ) {}

  /** Makes nodes of the values, and of all values one vector. */
  from(values: Value[]): string {
    const kinds = [this.smooth, this.sum, this.choice, this.product, this.turn, this.part, this.reduction, this.pair];
    for (let i = 0; i < NODES; i++) values.push(this.numbers.pick(kinds).call(this, values));
    const flat = values.map(({ name }) => this.g.op('Reshape', [name, this.g.ints(-1)]));
    return this.g.op('Concat', flat, { axis: 0 });
  }

  private smooth(values: readonly Value[]): Value {
    const { name, shape } = this.numbers.pick(values);
    const operator = this.numbers.pick(['Tanh', 'Sigmoid', 'Neg', 'Relu', 'Abs', 'Softmax']);
    return { name: this.g.op(operator, [name]), shape };
  }

  private sum(values: readonly Value[]): Value {
    const x = this.numbers.pick(values);
    const others = values.filter(({ shape }) => broadcasts(shape, x.shape));
    const operator = this.numbers.pick(['Add', 'Sub', 'Mul', 'Max', 'Min']);
    return { name: this.g.op(operator, [this.numbers.pick(others).name, x.name]), shape: x.shape };
  }

  private choice(values: readonly Value[]): Value {
    const x = this.numbers.pick(values);
    const zero = this.g.constant(Float64Array.of(0), []);
    const condition = this.g.op('Greater', [x.name, zero]);
    return { name: this.g.op('Where', [condition, this.g.op('Exp', [this.bounded(x)]), x.name]), shape: x.shape };
  }

  private bounded({ name }: Value): string {
    return this.g.op('Tanh', [name]);
  }

  private product(values: readonly Value[]): Value {
    const { name, shape } = this.numbers.pick(values.filter((value) => value.shape.length > 1));
    const perm = [...shape.keys()];
    const last = perm.length - 1;
    const transposed = this.g.op('Transpose', [name], { perm: [...perm.slice(0, -2), last, last - 1] });
    const product = this.g.op('MatMul', [name, transposed]);
    return { name: this.bounded({ name: product, shape }), shape: [...shape.slice(0, -1), shape[last - 1]] };
  }

  private turn(values: readonly Value[]): Value {
    const { name, shape } = this.numbers.pick(values);
    const perm = [...shape.keys()].reverse();
    return { name: this.g.op('Transpose', [name], { perm }), shape: [...shape].reverse() };
  }

  private part(values: readonly Value[]): Value {
    const { name, shape } = this.numbers.pick(values.filter((value) => value.shape.length > 0));
    const axis = this.numbers.integer(0, shape.length - 1);
    const start = this.numbers.integer(0, shape[axis] - 1);
    const { g } = this;
    if (this.numbers.pick([true, false])) {
      const sliced = g.op('Slice', [name, g.ints(start), g.ints(shape[axis]), g.ints(axis)]);
      return { name: sliced, shape: shape.with(axis, shape[axis] - start) };
    }
    return { name: g.op('Gather', [name, g.ints(start, 0, start)], { axis }), shape: shape.with(axis, 3) };
  }

  private reduction(values: readonly Value[]): Value {
    const { name, shape } = this.numbers.pick(values.filter((value) => value.shape.length > 0));
    const axis = this.numbers.integer(0, shape.length - 1);
    const operator = this.numbers.pick(['ReduceSum', 'ReduceMean', 'ReduceSumSquare']);
    const keepdims = this.numbers.integer(0, 1);
    const reduced = this.g.op(operator, [name, this.g.ints(axis)], { keepdims });
    return { name: reduced, shape: keepdims ? shape.with(axis, 1) : shape.toSpliced(axis, 1) };
  }

  private pair(values: readonly Value[]): Value {
    const { name, shape } = this.numbers.pick(values.filter((value) => value.shape.length > 0));
    const axis = this.numbers.integer(0, shape.length - 1);
    const both = this.g.op('Concat', [name, this.bounded({ name, shape })], { axis });
    return { name: both, shape: shape.with(axis, 2 * shape[axis]) };
  }
}

/** Whether a value of shape `from` can be stretched to shape `to`. */
function broadcasts(from: readonly number[], to: readonly number[]): boolean {
  const missing = to.length - from.length;
  return missing >= 0 && from.every((size, axis) => size === 1 || size === to[axis + missing]);
}
