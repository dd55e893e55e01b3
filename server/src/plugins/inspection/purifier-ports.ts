import type { ModelDeclaration, TensorDeclaration } from '../../onnx/header.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { fixed, listOf } from './encoder-ports.js';

/** What a purifier takes and gives: an image, and one of the same size. */
export interface PurifierPorts {
  readonly input: string;
  readonly output: string;
  readonly layout: 'nchw' | 'nhwc';
  /** In pixels; null where it takes any. */
  readonly height: number | null;
  readonly width: number | null;
}

/** The image input and the image output of a network: `model-unfit` where it gives no image of the size that it takes. */
export function purifierPorts(
  { inputs, outputs }: ModelDeclaration,
  hints: Partial<Pick<PurifierPorts, 'layout'>>,
): Result<PurifierPorts> {
  const [input] = inputs;
  const [output] = outputs;
  if (!input || inputs.length !== 1) return unfit(`it takes ${listOf(inputs)}, not one image`);
  if (!output) return unfit('it gives nothing');
  const taken = sidesOf(input, hints.layout);
  if (!taken.ok) return unfit(`it takes ${listOf(inputs)}${taken.problem.message}`);
  const given = sidesOf(output, taken.value.layout);
  if (!given.ok) return unfit(`it gives ${listOf([output])}${given.problem.message}`);
  const { height, width, layout } = taken.value;
  const isOther = (a: number | null, b: number | null) => a !== null && b !== null && a !== b;
  if (isOther(height, given.value.height) || isOther(width, given.value.width)) {
    return unfit(`it takes ${sizeText(taken.value)} and gives ${sizeText(given.value)}`);
  }
  return ok({ input: input.name, output: output.name, layout, height, width });
}

interface Sides {
  readonly layout: PurifierPorts['layout'];
  readonly height: number | null;
  readonly width: number | null;
}

function sidesOf({ type, shape }: TensorDeclaration, hint: PurifierPorts['layout'] | undefined): Result<Sides> {
  const not = (message: string) => fail('model-unfit', message);
  if (type !== 'float32') return not(` of ${type}, not of float32`);
  if (shape === null || shape.length !== 4) return not(', which is no image [batch, 3, height, width]');
  const [batch = null, first = null, second = null, third = null] = shape.map(fixed);
  if (batch !== null && batch !== 1) return not(`, ${batch} images at once`);
  const layout = hint ?? (third === 3 && first !== 3 ? 'nhwc' : 'nchw');
  const [channels, height, width] = layout === 'nchw' ? [first, second, third] : [third, first, second];
  if (channels !== null && channels !== 3) return not(`, ${channels} channels where an image has 3`);
  return ok({ layout, height, width });
}

function sizeText({ height, width }: Sides): string {
  return `${width ?? 'any'} × ${height ?? 'any'} pixels`;
}

function unfit(why: string) {
  const hint = 'A purifier takes one image and gives one of the same size: export it so.';
  return fail('model-unfit', `The network is no purifier that can be used: ${why}`, { hint });
}
