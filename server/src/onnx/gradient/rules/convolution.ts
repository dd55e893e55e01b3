import { Term } from '../../term.js';
import type { Operation, Rule, Rules } from '../operation.js';
import {
  convolutionPadding,
  type Padding,
  padded,
  spatialAxes,
  transposedPadding,
  type Window,
  windowOf,
} from '../window.js';

/** Y = X ∗ W + b. */
const conv: Rule = (operation, [dy]) => {
  const [x, w] = operation.inputs;
  const window = windowOf(operation, w);
  const padding = convolutionPadding(operation, window, x);
  return [
    () => inputGradient(operation, dy, window, padding),
    () => weightGradient(x, dy, window, padding),
    () => sumPerChannel(dy, window),
  ];
};

/** A transposed convolution is a convolution's input gradient: input and output change places. */
const convTranspose: Rule = (operation, [dy]) => {
  const [x, w] = operation.inputs;
  const window = windowOf(operation, w);
  const padding = transposedPadding(operation, window, x);
  return [
    () => convolve(dy, w, window, padding),
    () => weightGradient(dy, x, window, padding),
    () => sumPerChannel(dy, window),
  ];
};

function convolve(x: Term, w: Term, window: Window, padding: Padding): Term {
  const { kernel, strides, dilations, group } = window;
  const wide = padded(x, window, padding);
  return wide.x.apply('Conv', [w], { kernel_shape: kernel, strides, dilations, group, pads: wide.pads });
}

/** At stride 1 a convolution with the kernel turned round; else a transposed convolution, cut or padded to x's size. */
function inputGradient(operation: Operation, dy: Term, window: Window, padding: Padding): Term {
  const [x, w] = operation.inputs;
  if (padding instanceof Term) {
    const begin = padding.slice(0, window.kernel.length);
    return placeOn(transposedConvolution(dy, w, window), x, window, begin);
  }
  if (turnsRound(window, padding)) return convolve(dy, turned(w, window), window, mirrored(window, padding));
  const none = window.kernel.map(() => 0);
  const remainder = remainderOf(operation, window, padding);
  if (remainder) return transposedConvolution(dy, w, window, padding, remainder);
  // How much to cut off at the end depends upon the remainder: `placeOn` does.
  const cutAtBegin = [...padding.slice(0, none.length), ...none];
  return placeOn(transposedConvolution(dy, w, window, cutAtBegin), x, window, x.ints(...none));
}

/** Whether the turned kernel's padding, span − 1 − p, is none below 0. */
function turnsRound({ strides, span }: Window, padding: readonly number[]): boolean {
  return strides.every((stride) => stride === 1) && [...span, ...span].every((reach, i) => padding[i] < reach);
}

function mirrored({ span }: Window, padding: readonly number[]): number[] {
  return [...span, ...span].map((reach, i) => reach - 1 - padding[i]);
}

/** The kernel [out, in/group, …] as [in, out/group, …], turned round in all spatial axes. */
function turned(w: Term, window: Window): Term {
  const axes = spatialAxes(window);
  const every = (value: number) => w.ints(...axes.map(() => value));
  const swapped = swapChannels(w, window);
  return swapped.apply('Slice', [every(-1), every(-(2 ** 63)), w.ints(...axes), every(-1)]);
}

function swapChannels(w: Term, window: Window): Term {
  const axes = spatialAxes(window);
  if (window.group === 1) return w.transpose(1, 0, ...axes);
  const grouped = w.reshape(w.ints(window.group, -1).concat(w.shape(1)));
  const swapped = grouped.transpose(0, 2, 1, ...axes.map((axis) => axis + 1));
  return swapped.reshape(w.ints(-1).concat(swapped.shape(2)));
}

/** How many rows at the end no window reaches, where x's size is known before the graph runs. */
function remainderOf(operation: Operation, window: Window, padding: readonly number[]): number[] | undefined {
  const { strides, span } = window;
  const sizes = operation.shapeOf(operation.inputs[0])?.slice(2);
  if (!sizes?.every((size) => typeof size === 'number')) return undefined;
  const axes = span.length;
  return span.map((reach, i) => (Number(sizes[i]) + padding[i] + padding[axes + i] - reach) % strides[i]);
}

function transposedConvolution(
  dy: Term,
  w: Term,
  { kernel, strides, dilations, group }: Window,
  pads: readonly number[] = [...kernel, ...kernel].map(() => 0),
  outputPadding: readonly number[] = kernel.map(() => 0),
): Term {
  const attributes = { kernel_shape: kernel, strides, dilations, group, pads, output_padding: outputPadding };
  return dy.apply('ConvTranspose', [w], attributes);
}

/** The part of `spread` that lies on x, `begin` rows from its start; zeros where it ends too early. */
function placeOn(spread: Term, x: Term, window: Window, begin: Term): Term {
  const missing = x.shape(2).sub(spread.shape(2));
  return spread.pad(begin.neg().concat(missing.add(begin)), x.ints(...spatialAxes(window)));
}

/** dW: x convolved with dy as its kernel, where batch and channels change places, and so do strides and dilations. */
function weightGradient(x: Term, dy: Term, window: Window, padding: Padding): Term {
  const axes = spatialAxes(window);
  const wide = padded(x, window, padding);
  const { kernel, strides, dilations, group } = window;
  const attributes = { strides: dilations, dilations: strides, group, pads: wide.pads };
  const found = groupsToBatch(wide.x, window).apply('Conv', [dy.transpose(1, 0, ...axes)], attributes);
  const cut = found.apply('Slice', [x.ints(...kernel.map(() => 0)), x.ints(...kernel), x.ints(...axes)]);
  return cut.transpose(1, 0, ...axes);
}

/** [batch, channels, …] as [channels / group, group · batch, …]. */
function groupsToBatch(x: Term, window: Window): Term {
  const axes = spatialAxes(window);
  if (window.group === 1) return x.transpose(1, 0, ...axes);
  const grouped = x.reshape(x.ints(0, window.group, -1).concat(x.shape(2)));
  const swapped = grouped.transpose(2, 1, 0, ...axes.map((axis) => axis + 1));
  return swapped.reshape(x.ints(0, -1).concat(x.shape(2)));
}

function sumPerChannel(dy: Term, window: Window): Term {
  return dy.sum(dy.ints(0, ...spatialAxes(window))).reshape(dy.ints(-1));
}

export const convolutionRules: Rules = { Conv: conv, ConvTranspose: convTranspose };
