import { closeSync, openSync } from 'node:fs';
import type { GraphProblem } from '../../onnx/outcome.js';
import { chipGradient, type PixelPorts, pixelNetwork } from '../../onnx/pixel-network.js';
import { readSkeleton } from '../../onnx/skeleton.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { fileSource } from '../model-header.js';
import type { EncoderPorts } from './encoder-ports.js';

/** What an attack must be able to do with an encoder: show it pixels, and follow its gradient back to them. */
export type SurrogatePorts = PixelPorts & Pick<EncoderPorts, 'inputType' | 'outputType'>;

/**
 * Whether an attack can follow a model's gradient, by its graph alone: no weight is read. Problems: those of the graph,
 * `surrogate-unavailable`.
 */
export function inspectSurrogate(file: string, ports: SurrogatePorts): Result<void> {
  const precise = requireFullPrecision(file, ports);
  if (!precise.ok) return precise;
  const handle = openSync(file, 'r');
  try {
    const network = pixelNetwork(readSkeleton(fileSource(handle)), ports);
    const gradient = network.ok ? chipGradient(network.value, ports.size, ports.batch) : network;
    return gradient.ok ? ok(undefined) : notFollowed(file, gradient.problem);
  } finally {
    closeSync(handle);
  }
}

export function requireFullPrecision(file: string, { inputType, outputType }: SurrogatePorts): Result<void> {
  if (inputType === 'float32' && outputType === 'float32') return ok(undefined);
  const hint = 'Use the model in fp32 as surrogate.';
  return fail('surrogate-unavailable', `${file} computes in half precision, which gives no gradient`, { hint });
}

/** Why a surrogate has no gradient, which names the operator and the node where there is one. */
export function notFollowed(what: string, { code, message }: GraphProblem) {
  const hint = 'Use another model, or export this one with operators of ONNX’s own that can be differentiated.';
  return fail(code, `${what} cannot be followed to the photograph: ${message}`, { hint });
}
