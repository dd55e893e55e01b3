import type { Attributes } from '../../build.js';
import type { Term } from '../../term.js';
import type { Operation, Rule, Rules } from '../operation.js';
import { separableGradient } from '../separable.js';
import { gridSample } from './grid-sample.js';

/** What resizes along one axis as the whole does; sizes and scales are given as inputs. */
const PASSED_ON = [
  'antialias',
  'coordinate_transformation_mode',
  'cubic_coeff_a',
  'exclude_outside',
  'extrapolation_value',
  'mode',
  'nearest_mode',
];

/**
 * Of [batch, channels, height, width] whose height and width change, in any mode: resizing is linear and separable,
 * and its matrix along an axis is what it makes of the identity.
 */
const resize: Rule = (operation, [dy]) => [
  () => {
    const [x] = operation.inputs;
    refuse(operation, 'coordinate_transformation_mode', 'tf_crop_and_resize');
    if ((operation.rankOf(x) ?? 4) !== 4) operation.unsupported('its input has not four axes');
    if (operation.ints('axes')) operation.unsupported('it names the axes it resizes');
    if (operation.string('keep_aspect_ratio_policy', 'stretch') !== 'stretch') {
      operation.unsupported('it keeps the aspect ratio');
    }
    return separableGradient(dy, x, 2, (axis, identity) => {
      const rows = identity.unsqueeze(x.ints(0, 1));
      return rows.apply('Resize', extentAlong(operation, axis, rows), passedOn(operation)).squeeze(0, 1);
    });
  },
];

function refuse(operation: Operation, attribute: string, value: string): void {
  if (operation.string(attribute, '') === value) operation.unsupported(`its ${attribute} is ${value}`);
}

/** Roi, scales and sizes of a resizing of the last axis alone. */
function extentAlong(operation: Operation, axis: number, rows: Term): (Term | undefined)[] {
  const own = (extent: Term) => extent.slice(2 + axis, 3 + axis);
  const scales = operation.optional(2);
  const sizes = operation.optional(3);
  if (sizes) return [undefined, undefined, rows.shape(0, 3).concat(own(sizes))];
  return [undefined, scales?.constant(1).expand(rows.ints(3)).concat(own(scales))];
}

function passedOn({ attributes }: Operation): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => PASSED_ON.includes(name)));
}

export const resizeRules: Rules = { Resize: resize, GridSample: gridSample };
