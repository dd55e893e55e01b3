import { Term } from '../term.js';
import type { Operation } from './operation.js';

/** The geometry of a convolution, a number an axis. */
export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** How far the kernel reaches: dilation · (kernel − 1) + 1. */
  readonly span: readonly number[];
  readonly group: number;
}

/** Zeros around the spatial axes, `[begin…, end…]`; a term where they depend on the input's size. */
export type Padding = readonly number[] | Term;

export function windowOf(operation: Operation, weights: Term): Window {
  const known = operation.shapeOf(weights)?.slice(2);
  const kernel =
    operation.ints('kernel_shape') ?? (known?.every((size) => typeof size === 'number') ? known : undefined);
  if (!kernel) return operation.unsupported('the size of its kernel is not known');
  const sizes = kernel as number[];
  const ones = sizes.map(() => 1);
  const dilations = operation.ints('dilations') ?? ones;
  return {
    kernel: sizes,
    strides: operation.ints('strides') ?? ones,
    dilations,
    span: sizes.map((size, axis) => dilations[axis] * (size - 1) + 1),
    group: operation.int('group', 1),
  };
}

/** The spatial axes of [batch, channels, …]. */
export const spatialAxes = ({ kernel }: Window): number[] => kernel.map((_, axis) => axis + 2);

/** The padding of a convolution of `x`. */
export function convolutionPadding(operation: Operation, window: Window, x: Term): Padding {
  const auto = operation.string('auto_pad', 'NOTSET');
  if (!auto.startsWith('SAME')) return explicitPadding(operation, window);
  const { strides, span } = window;
  if (strides.every((stride) => stride === 1)) return halves(span, auto === 'SAME_LOWER');
  const sizes = x.shape(2);
  const [stride, reach] = [x.ints(...strides), x.ints(...span)];
  // (⌈size / stride⌉ − 1) · stride + span − size
  const covered = sizes.sub(1).div(stride).mul(stride);
  return halvesOf(covered.add(reach).sub(sizes).max(0), auto === 'SAME_LOWER');
}

/** The padding of a transposed convolution of `x`: what it takes away around its result. */
export function transposedPadding(operation: Operation, window: Window, x: Term): Padding {
  const auto = operation.string('auto_pad', 'NOTSET');
  const wanted = operation.ints('output_shape');
  if (!wanted && !auto.startsWith('SAME')) return explicitPadding(operation, window);
  const { strides, span } = window;
  const stride = x.ints(...strides);
  const added = operation.ints('output_padding') ?? strides.map(() => 0);
  const whole = x
    .shape(2)
    .sub(1)
    .mul(stride)
    .add(x.ints(...span.map((reach, axis) => reach + added[axis])));
  const result = wanted ? x.ints(...wanted.slice(-span.length)) : x.shape(2).mul(stride);
  return halvesOf(whole.sub(result).max(0), auto !== 'SAME_UPPER');
}

function explicitPadding(operation: Operation, { kernel }: Window): readonly number[] {
  const pads = operation.string('auto_pad', 'NOTSET') === 'VALID' ? undefined : operation.ints('pads');
  return pads ?? [...kernel, ...kernel].map(() => 0);
}

/** span − 1 on each axis, shared between begin and end; `more` says which of the two takes the odd one. */
function halves(span: readonly number[], moreAtBegin: boolean): number[] {
  const small = span.map((reach) => Math.floor((reach - 1) / 2));
  const large = span.map((reach, axis) => reach - 1 - small[axis]);
  return moreAtBegin ? [...large, ...small] : [...small, ...large];
}

function halvesOf(total: Term, moreAtBegin: boolean): Term {
  const small = total.div(2);
  const large = total.sub(small);
  return moreAtBegin ? large.concat(small) : small.concat(large);
}

/** `x` with the padding around it, and what is left to say in an operator's `pads`. */
export function padded(x: Term, window: Window, padding: Padding): { x: Term; pads: readonly number[] } {
  if (!(padding instanceof Term)) return { x, pads: padding };
  return { x: x.pad(padding, x.ints(...spatialAxes(window))), pads: [...window.kernel, ...window.kernel].map(() => 0) };
}
