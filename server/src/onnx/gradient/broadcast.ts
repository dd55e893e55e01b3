import type { Shape } from '../shapes.js';
import type { Term } from '../term.js';
import type { Operation, Rule } from './operation.js';

/** The rule of an operator that broadcasts: `rule` is written as if all shapes were one. */
export function broadcasting(rule: Rule): Rule {
  return (operation, gradients) =>
    rule(operation, gradients).map(
      (partial, index) => partial && (() => unbroadcast(operation, partial(), operation.inputs[index])),
    );
}

/** Sums a gradient of the output's shape over the axes along which the input was stretched to it. */
export function unbroadcast(operation: Operation, gradient: Term, input: Term): Term {
  const [output] = operation.outputs;
  if (equalShapes(operation.shapeOf(input), operation.shapeOf(output))) return gradient;
  return sumTo(gradient, input.shape(), output.shape());
}

/** Sums a value of shape `from` so that its shape is `to`, which broadcasts to `from`. */
export function sumTo(value: Term, to: Term, from: Term): Term {
  const missing = from.shape().sub(to.shape());
  const aligned = to.constant(1).expand(missing).concat(to);
  const stretched = aligned.equals(from).not().apply('NonZero').as('int64').squeeze(0);
  return value.sum(stretched).reshape(to);
}

/** Whether two shapes are known to be the same. */
export function equalShapes(a?: Shape, b?: Shape): boolean {
  return (
    a !== undefined && b !== undefined && a.length === b.length && a.every((size, i) => size !== '?' && size === b[i])
  );
}
