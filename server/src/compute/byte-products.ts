import { Tensor } from 'onnxruntime-node';
import { GraphBuilder } from '../onnx/build.js';
import { openSession } from './session.js';

const LENGTH = 64;
const [LARGEST, LARGEST_SIGNED] = [255, 127];

/**
 * Whether products of unsigned and signed bytes are exact on this processor, as ONNX Runtime computes them, by those of the
 * largest: instructions before VNNI sum two of them in 16 bits.
 */
export async function bytesAreExact(): Promise<boolean> {
  const g = new GraphBuilder('largest_bytes');
  const signed = g.constant(new Uint8Array(LENGTH).fill(LARGEST_SIGNED), [LENGTH, 1], 'signed', 'int8');
  g.output(g.op('MatMulInteger', [g.input('unsigned', 'uint8', [1, LENGTH]), signed]), 'int32', [1, 1], 'sum');
  const session = await openSession(g.toBytes(), { threads: 1 });
  const { sum } = await session.run({
    unsigned: new Tensor('uint8', new Uint8Array(LENGTH).fill(LARGEST), [1, LENGTH]),
  });
  await session.release();
  return sum.data[0] === LENGTH * LARGEST * LARGEST_SIGNED;
}
