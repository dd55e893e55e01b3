import type { Matrix, VectorSource } from '../../server/src/plugins/declare.js';
import { rowsBetween, selectRows } from '../../server/src/plugins/matrix.js';

/** Vectors that come by blocks of these sizes in turn, each written over when the next is asked for. */
export function inBlocks(matrix: Matrix, sizes: readonly number[]): VectorSource {
  const { rows, dimension } = matrix;
  return {
    rows,
    dimension,
    async *blocks() {
      const room = new Float32Array(Math.max(...sizes) * dimension);
      for (let first = 0, n = 0; first < rows; n++) {
        const block = rowsBetween(matrix, first, Math.min(rows, first + sizes[n % sizes.length]));
        room.fill(Number.NaN);
        room.set(block.data);
        yield { ...block, first, data: room.subarray(0, block.data.length) };
        first += block.rows;
      }
    },
    rowsAt: async (wanted) => selectRows(matrix, wanted),
  };
}
