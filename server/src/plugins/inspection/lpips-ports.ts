import type { ModelDeclaration } from '../../onnx/header.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import type { UnfitFiles } from '../declare.js';
import { fixed, listOf } from './encoder-ports.js';

/** The inputs of a model of LPIPS, alike to it, and its one number. */
export interface LpipsPorts {
  readonly images: readonly [string, string];
  readonly output: string;
}

/** `lpips-unfit` where a model does not take two images of any one size, or gives more than one number. */
export function lpipsPorts({ inputs, outputs }: ModelDeclaration): Result<LpipsPorts> {
  const [first, second] = inputs;
  const [output] = outputs;
  if (!first || !second || inputs.length !== 2) return unfit(`it takes ${listOf(inputs)}, not two images`);
  if (!output || outputs.length !== 1) return unfit(`it gives ${listOf(outputs)}, not one number`);
  for (const { type, shape } of [first, second]) {
    const [batch = null, channels = null, height = null, width = null] = shape?.map(fixed) ?? [];
    const isImage = type === 'float32' && (shape === null || shape.length === 4);
    if (!isImage || (batch ?? 1) !== 1 || (channels ?? 3) !== 3) return unfit(`it takes ${listOf(inputs)}`);
    if (height !== null || width !== null) return unfit(`it takes images of one size alone: ${listOf(inputs)}`);
  }
  const numbers = output.shape?.map(fixed).reduce<number>((count, size) => count * (size ?? 1), 1) ?? 1;
  if (output.type !== 'float32' || numbers !== 1) return unfit(`it gives ${listOf(outputs)}, not one float32`);
  return ok({ images: [first.name, second.name], output: output.name });
}

/** What a glance at the file shows of a model of LPIPS, at the key `lpips`. */
export async function inspectLpips(file: string): Promise<UnfitFiles[]> {
  const { portsOfModel } = await import('../model-header.js');
  const ports = portsOfModel(file, lpipsPorts);
  return ports.ok ? [] : [{ ...ports.problem, specPath: ['lpips'] }];
}

function unfit(why: string): Result<never> {
  const hint = 'Export LPIPS with two inputs [1, 3, height, width] in [-1, 1], of free size, and one output.';
  return fail('lpips-unfit', `The model is none of LPIPS that can be used: ${why}`, { hint });
}
