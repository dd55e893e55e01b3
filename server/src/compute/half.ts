import { Float16Array } from '@petamoriken/float16';

/** Numbers in IEEE half precision, as the bits that ONNX Runtime and NumPy take. */
export function toHalves(values: Float32Array): Uint16Array {
  return new Uint16Array(new Float16Array(values).buffer);
}

/** Numbers of the bits of half precision, whichever array holds them. */
export function fromHalves({ buffer, byteOffset, byteLength }: ArrayBufferView): Float32Array {
  return Float32Array.from(new Float16Array(buffer as ArrayBuffer, byteOffset, byteLength / 2));
}
