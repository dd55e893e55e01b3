import { Tensor } from 'onnxruntime-node';
import { openSession } from '../../session.js';
import { byteGraph, ZERO_POINT } from '../block-graph.js';

const LARGEST = 127;
/** The largest byte for which sums of two products stay within 16 bits, as instructions before VNNI need. */
const SMALL = 64;
const LENGTH = 64;

/** The largest byte that queries can have for products with rows to be exact on this processor. */
export async function queryLevels(): Promise<number> {
  const session = await openSession(byteGraph(LENGTH), { threads: 1 });
  const { scores } = await session.run({
    rows: new Tensor('uint8', new Uint8Array(LENGTH).fill(LARGEST + ZERO_POINT), [1, LENGTH]),
    queries: new Tensor('int8', new Int8Array(LENGTH).fill(LARGEST), [LENGTH, 1]),
  });
  await session.release();
  return scores.data[0] === LARGEST * LARGEST * LENGTH ? LARGEST : SMALL;
}
