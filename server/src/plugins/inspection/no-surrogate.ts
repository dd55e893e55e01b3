import { fail } from '../../protocol/errors.js';

/** A model that is none an attack can follow. */
export function noSurrogate(name: string) {
  const hint = 'Use face-recognition, or the model’s file by `{use: onnx, file: …}`.';
  return fail('surrogate-unavailable', `${name} gives no gradient, which a surrogate must`, { hint });
}
