import { bytesAreExact } from '../../byte-products.js';

const LARGEST = 127;
/** The largest byte for which sums of two products stay within 16 bits, as instructions before VNNI need. */
const SMALL = 64;

/** The largest byte that queries can have for products with rows to be exact on this processor. */
export async function queryLevels(): Promise<number> {
  return (await bytesAreExact()) ? LARGEST : SMALL;
}
