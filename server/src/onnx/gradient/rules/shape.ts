import type { Term } from '../../term.js';
import { sumTo } from '../broadcast.js';
import type { Rule, Rules } from '../operation.js';
import { scatterToSource } from '../positions.js';

/** The elements stay in order: the gradient takes the input's shape. */
const reshaping: Rule = ({ inputs: [x] }, [dy]) => [() => dy.reshape(x.shape())];

const transpose: Rule = (operation, [dy]) => {
  const perm = operation.ints('perm');
  // Without one the axes are reversed, which is its own inverse.
  const inverse = perm?.map((_, axis) => perm.indexOf(axis));
  return [() => (inverse ? dy.transpose(...inverse) : dy.apply('Transpose'))];
};

const concat: Rule = (operation, [dy]) => {
  const axis = operation.int('axis', 0);
  const sizes = () => {
    const [first, ...others] = operation.inputs.map((x) => x.shape().gather(x.ints(axis), 0));
    return first.concat(...others);
  };
  let parts: Term[] | undefined;
  const part = (index: number) => {
    parts ??= dy.split(axis, sizes(), operation.inputs.length);
    return parts[index];
  };
  return operation.inputs.map((_, index) => () => part(index));
};

const split: Rule = (operation, gradients) => {
  const [first, ...others] = operation.outputs.map((output, index) => gradients[index] ?? output.zeros());
  return [() => first.concatAt(operation.int('axis', 0), ...others)];
};

/** A constant border takes its gradient away with it; a border of copies gives it back to what was copied. */
const pad: Rule = (operation, [dy]) => {
  const [x, pads] = operation.inputs;
  const axes = operation.optional(3);
  const mode = operation.string('mode', 'constant');
  if (mode !== 'constant')
    return [() => scatterToSource(dy, x, (p) => p.apply('Pad', [pads, undefined, axes], { mode }))];
  return [() => dy.pad(pads.neg(), axes)];
};

export const shapeRules: Rules = {
  Reshape: reshaping,
  Flatten: reshaping,
  Squeeze: reshaping,
  Unsqueeze: reshaping,
  Transpose: transpose,
  Expand: ({ inputs: [x], outputs: [y] }, [dy]) => [() => sumTo(dy, x.shape(), y.shape())],
  Concat: concat,
  Split: split,
  Pad: pad,
};
