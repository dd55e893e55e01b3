import type { Attributes } from '../../build.js';
import type { Term } from '../../term.js';
import type { Operation, Rule, Rules } from '../operation.js';
import { separableGradient } from '../separable.js';

/** Each maximum's gradient goes to where it was found, and adds up where windows overlap. */
const maxPool: Rule = (operation, [dy]) => [
  () => {
    if (operation.int('storage_order', 0) !== 0) operation.unsupported('its indices are in column-major order');
    const [x] = operation.inputs;
    const found = operation.extraOutput(1).as('int64');
    const flat = x.zeros(x.size().unsqueeze(x.ints(0)));
    return flat.scatterAdd(0, found.reshape(x.ints(-1)), dy.reshape(x.ints(-1))).reshape(x.shape());
  },
];

/** The mean over a window is linear and separable: its matrix is what pooling makes of the identity. */
const averagePool: Rule = (operation, [dy]) => [
  () => {
    const [x] = operation.inputs;
    const kernel = operation.ints('kernel_shape') ?? [];
    if (tiles(operation, kernel)) return spread(dy, x, kernel);
    const axes = kernel.length;
    if (axes > 2) operation.unsupported(`it has ${axes} spatial axes`);
    return separableGradient(dy, x, axes, (axis, identity) => {
      const rows = identity.unsqueeze(x.ints(1));
      return rows.apply('AveragePool', [], attributesAlong(operation, axis, axes)).squeeze(1);
    });
  },
];

/** Whether windows lie side by side from the first element on, each within what is pooled. */
function tiles(operation: Operation, kernel: readonly number[]): boolean {
  const all = (name: string, is: (value: number, axis: number) => boolean) => (operation.ints(name) ?? []).every(is);
  const strides = operation.ints('strides') ?? kernel.map(() => 1);
  return (
    ['NOTSET', 'VALID'].includes(operation.string('auto_pad', 'NOTSET')) &&
    operation.int('ceil_mode', 0) === 0 &&
    all('pads', (pad) => pad === 0) &&
    all('dilations', (dilation) => dilation === 1) &&
    kernel.every((size, axis) => size === strides[axis])
  );
}

/** Of windows side by side: each element has its window's share, and none where x has a rest. */
function spread(dy: Term, x: Term, kernel: readonly number[]): Term {
  const shares = kernel.reduceRight((value, size, axis) => repeated(value.mul(1 / size), 2 + axis, size), dy);
  const rest = x.shape(2).sub(shares.shape(2));
  const axes = kernel.map((_, axis) => 2 + axis);
  return shares.pad(x.ints(...kernel.map(() => 0)).concat(rest), x.ints(...axes));
}

/** Each slice along the axis so many times, one behind the other. */
function repeated(value: Term, axis: number, times: number): Term {
  if (times === 1) return value;
  const one = value.unsqueeze(value.ints(axis + 1));
  const copies = one.concatAt(axis + 1, ...Array.from({ length: times - 1 }, () => one));
  return copies.reshape(value.shape(0, axis).concat(value.ints(-1), value.shape(axis + 1)));
}

/** The attributes of the same pooling along one axis alone. */
function attributesAlong({ attributes }: Operation, axis: number, axes: number): Attributes {
  const own = (value: unknown) => (Array.isArray(value) ? value.filter((_, i) => i % axes === axis) : value);
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, own(value)])) as Attributes;
}

/** The mean over all spatial axes. */
const globalAveragePool: Rule = ({ inputs: [x] }, [dy]) => [
  () => dy.div(x.shape(2).apply('ReduceProd', [], { keepdims: 0 }).cast(x.type)).expand(x.shape()),
];

export const poolingRules: Rules = {
  MaxPool: maxPool,
  AveragePool: averagePool,
  GlobalAveragePool: globalAveragePool,
};
