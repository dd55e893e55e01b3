import type { Attributes } from '../../build.js';
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
    const axes = operation.ints('kernel_shape')?.length ?? 0;
    if (axes > 2) operation.unsupported(`it has ${axes} spatial axes`);
    return separableGradient(dy, x, axes, (axis, identity) => {
      const rows = identity.unsqueeze(x.ints(1));
      return rows.apply('AveragePool', [], attributesAlong(operation, axis, axes)).squeeze(1);
    });
  },
];

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
