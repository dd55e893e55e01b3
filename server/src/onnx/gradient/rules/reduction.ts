import type { Term } from '../../term.js';
import type { Operation, Rule, Rules } from '../operation.js';

/** The rule of a reduction y = f(x), from its gradient and result with the reduced axes put back in. */
function reduction(gradient: (dy: Term, y: Term, x: Term) => Term): Rule {
  return (operation, [dy]) => {
    const [x] = operation.inputs;
    const [y] = operation.outputs;
    return [() => gradient(restored(operation, dy), restored(operation, y), x).expand(x.shape())];
  };
}

/** The value with a 1 for each axis that the reduction dropped; without axes all were, and a scalar broadcasts. */
function restored(operation: Operation, value: Term): Term {
  const axes = operation.optional(1);
  return axes && operation.int('keepdims', 1) === 0 ? value.unsqueeze(axes) : value;
}

/** How many elements of x make one of y. */
function ratioOfSizes(x: Term, y: Term): Term {
  return x.size().div(y.size()).cast(x.type);
}

export const reductionRules: Rules = {
  ReduceSum: reduction((dy) => dy),
  ReduceMean: reduction((dy, y, x) => dy.div(ratioOfSizes(x, y))),
  ReduceSumSquare: reduction((dy, _, x) => dy.mul(x).mul(2)),
  // At x = 0 the norm has no derivative; 0 is among its subgradients.
  ReduceL2: reduction((dy, y, x) => dy.mul(x).div(y.where(y.greater(0), 1))),
};
