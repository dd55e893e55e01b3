import type { Term } from '../../term.js';
import { broadcasting } from '../broadcast.js';
import type { Operation, Rule, Rules } from '../operation.js';

/** The rule y = f(x) ⇒ ∂L/∂x = ∂L/∂y · f′(x), given f′ in terms of x and y. */
function derivative(of: (x: Term, y: Term, operation: Operation) => Term): Rule {
  return (operation, [dy]) => [() => dy.mul(of(operation.inputs[0], operation.outputs[0], operation))];
}

/** The gradient passes where the condition on x and y holds. */
function passingWhere(condition: (x: Term, y: Term) => Term): Rule {
  return ({ inputs: [x], outputs: [y] }, [dy]) => [() => dy.where(condition(x, y), 0)];
}

function inside(value: Term, low: number, high: number): Term {
  return value.greater(low).and(value.less(high));
}

/** Of the inputs that equal the smallest or largest, each takes the same share. */
const extremum: Rule = ({ inputs, outputs: [y] }, [dy]) => {
  const chosen = (x: Term) => x.equals(y).cast(dy.type);
  const share = () => dy.div(inputs.map(chosen).reduce((sum, mask) => sum.add(mask)));
  return inputs.map((x) => () => (inputs.length === 1 ? dy : share().mul(chosen(x))));
};

const GELU_TANH = { scale: Math.sqrt(2 / Math.PI), cubic: 0.044715 };

/** Φ(x) + x·φ(x), of the normal distribution. */
function geluDerivative(x: Term): Term {
  const distribution = x.mul(Math.SQRT1_2).erf().add(1).mul(0.5);
  const density = x
    .mul(x)
    .mul(-0.5)
    .exp()
    .div(Math.sqrt(2 * Math.PI));
  return distribution.add(x.mul(density));
}

/** Of ½x(1 + tanh u) with u = √(2/π)·(x + 0.044715·x³). */
function geluTanhDerivative(x: Term): Term {
  const square = x.mul(x);
  const t = square.mul(GELU_TANH.cubic).add(1).mul(x).mul(GELU_TANH.scale).tanh();
  const inner = square
    .mul(3 * GELU_TANH.cubic)
    .add(1)
    .mul(GELU_TANH.scale);
  const slope = t.mul(t).neg().add(1).mul(inner).mul(x);
  return t.add(1).add(slope).mul(0.5);
}

/** Clip's bounds take the gradient of the elements that they replace. */
const clip: Rule = (operation, [dy]) => {
  const { inputs, outputs } = operation;
  const replacedBy = (bound: Term | undefined, beyond: () => Term) =>
    bound && (() => dy.where(beyond(), 0).apply('ReduceSum', [], { keepdims: 0 }));
  return [
    () => dy.where(inputs[0].equals(outputs[0]), 0),
    replacedBy(operation.optional(1), () => inputs[0].less(inputs[1])),
    replacedBy(operation.optional(2), () => inputs[0].greater(inputs[2])),
  ];
};

export const elementwiseRules: Rules = {
  Identity: (_, [dy]) => [() => dy],
  Dropout: (_, [dy]) => [() => dy],
  Cast: ({ inputs: [x] }, [dy]) => [() => dy.cast(x.type)],

  Add: broadcasting((_, [dy]) => [() => dy, () => dy]),
  Sub: broadcasting((_, [dy]) => [() => dy, () => dy.neg()]),
  Mul: broadcasting(({ inputs: [a, b] }, [dy]) => [() => dy.mul(b), () => dy.mul(a)]),
  Div: broadcasting(({ inputs: [, b], outputs: [y] }, [dy]) => [() => dy.div(b), () => dy.mul(y).div(b).neg()]),
  Pow: broadcasting(({ inputs: [x, p], outputs: [y] }, [dy]) => [
    () => dy.mul(p.cast(x.type)).mul(x.pow(p.cast(x.type).sub(1))),
    () =>
      dy
        .mul(y)
        .mul(x.log().where(x.greater(0), 0))
        .cast(p.type),
  ]),
  Sum: broadcasting(({ inputs }, [dy]) => inputs.map(() => () => dy)),
  Min: broadcasting(extremum),
  Max: broadcasting(extremum),
  Where: broadcasting(({ inputs: [condition] }, [dy]) => [
    undefined,
    () => dy.where(condition, 0),
    () => dy.where(condition.not(), 0),
  ]),

  Neg: (_, [dy]) => [() => dy.neg()],
  Abs: derivative((x) => x.sign()),
  Reciprocal: derivative((_, y) => y.mul(y).neg()),
  Sqrt: ({ outputs: [y] }, [dy]) => [() => dy.div(y).mul(0.5)],
  Exp: derivative((_, y) => y),
  Log: ({ inputs: [x] }, [dy]) => [() => dy.div(x)],
  Tanh: derivative((_, y) => y.mul(y).neg().add(1)),
  Sigmoid: derivative((_, y) => y.sub(y.mul(y))),
  Softplus: derivative((x) => x.sigmoid()),
  Erf: derivative((x) =>
    x
      .mul(x)
      .neg()
      .exp()
      .mul(2 / Math.sqrt(Math.PI)),
  ),
  Gelu: derivative((x, _, gelu) =>
    gelu.string('approximate', 'none') === 'tanh' ? geluTanhDerivative(x) : geluDerivative(x),
  ),

  Relu: passingWhere((_, y) => y.greater(0)),
  Clip: clip,
  LeakyRelu: (leaky, [dy]) => [() => dy.where(leaky.inputs[0].greater(0), dy.mul(leaky.float('alpha', 0.01)))],
  PRelu: broadcasting(({ inputs: [x, slope] }, [dy]) => [
    () => dy.where(x.greater(0), dy.mul(slope)),
    () => dy.mul(x.min(0)),
  ]),
  HardSigmoid: (hard, [dy]) => [() => dy.mul(hard.float('alpha', 0.2)).where(inside(hard.outputs[0], 0, 1), 0)],
  HardSwish: derivative((x) => x.div(3).add(0.5).where(x.less(3), 1).where(x.greater(-3), 0)),
};
