import type { Term } from '../../term.js';
import type { Rule, Rules } from '../operation.js';
import { range, scatterToSource } from '../positions.js';

/** Before the first element of any axis. */
const LONGEST_BACK = -(2 ** 31);

/**
 * At step 1 zeros take the place of what was cut off; what turns an axis round turns it back; else each element goes back to
 * its position.
 */
const slice: Rule = (operation, [dy]) => {
  const [x, starts, ends] = operation.inputs;
  const axes = operation.optional(3);
  const steps = operation.optional(4);
  const every = (value: Term, is: (number: number) => boolean) => operation.constantOf(value)?.every(is) ?? false;
  const stepsOne = !steps || every(steps, (step) => step === 1);
  const turns = steps && every(steps, (step) => step === -1) && every(starts, (start) => start === -1);
  if (turns && every(ends, (end) => end < LONGEST_BACK)) return [() => dy.apply('Slice', [starts, ends, axes, steps])];
  if (!stepsOne)
    return [() => scatterToSource(dy, x, (positions) => positions.apply('Slice', [starts, ends, axes, steps]))];
  return [() => uncut(dy, x, starts.cast('int64'), axes?.cast('int64'))];
};

function uncut(dy: Term, x: Term, starts: Term, given?: Term): Term {
  const axes = given ?? range(0, starts.size());
  const sizes = x.shape().gather(axes, 0);
  const counted = starts.add(sizes).where(starts.less(0), starts);
  const begin = counted.max(0).min(sizes);
  const end = sizes.sub(begin).sub(dy.shape().gather(axes, 0));
  return dy.pad(begin.concat(end), axes);
}

/** Each gathered slice's gradient is added where it was taken from. */
const gather: Rule = (operation, [dy]) => [
  () => {
    const [x, indices] = operation.inputs;
    const axis = operation.int('axis', 0);
    const flat = indices.reshape(x.ints(-1));
    // [before the axis, the axis, after it]
    const taken = dy.reshape(around(x, axis, flat.size().unsqueeze(x.ints(0))));
    const whole = x.zeros(around(x, axis, axis === -1 ? x.shape(axis) : x.shape(axis, axis + 1)));
    const places = flat.unsqueeze(x.ints(1)).expand(taken.shape());
    return whole.scatterAdd(1, places, taken).reshape(x.shape());
  },
];

function around(x: Term, axis: number, middle: Term): Term {
  const after = axis === -1 ? x.ints(1) : product(x.shape(axis + 1));
  return product(x.shape(0, axis)).concat(middle, after);
}

/** The product of a vector's elements, as a vector of one. */
function product(sizes: Term): Term {
  return sizes.apply('ReduceProd', [], { keepdims: 1 });
}

export const indexingRules: Rules = { Slice: slice, Gather: gather };
