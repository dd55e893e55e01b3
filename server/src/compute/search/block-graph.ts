import { GraphBuilder } from '../../onnx/build.js';

/** So many neighbouring scores are represented by their largest: what is scanned is that, and then its group. */
export const GROUP = 64;
/** Queries, and gallery rows, in a block: a block of scores (4 MB) stays in the cache while it is scanned. */
export const BLOCK = 1024;

/**
 * Scores of a block of queries against a block of gallery rows (DESIGN.md §5), both of 1,024 vectors: `dot`,
 * [queries, rows], and for each query the largest of `dot` + `row_bias` in each group of 64 rows, `row_best`,
 * [queries, rows / 64]. Where `twoSided`, the rows are queries too: `column_best`, [queries / 64, rows], is the
 * largest of `dot` + `query_bias` in each group of 64 queries.
 *
 * With a bias of minus half the squared norm, `dot` + bias orders by squared L2 distance:
 * ‖q − g‖² = ‖q‖² − 2(q·g − ½‖g‖²).
 */
export function blockGraph(dimension: number, twoSided: boolean): Uint8Array {
  const g = new GraphBuilder('exact_search_block');
  const queries = g.input('queries', 'float32', [BLOCK, dimension]);
  const rows = g.input('rows', 'float32', [BLOCK, dimension]);
  const rowBias = g.input('row_bias', 'float32', [1, BLOCK]);
  const dot = g.op('Gemm', [queries, rows], { transB: 1 });
  g.output(dot, 'float32', [BLOCK, BLOCK], 'dot');
  const rowGroups = g.op('Reshape', [g.op('Add', [dot, rowBias]), g.ints(BLOCK, BLOCK / GROUP, GROUP)]);
  const rowBest = g.op('ReduceMax', [rowGroups, g.ints(2)], { keepdims: 0 });
  g.output(rowBest, 'float32', [BLOCK, BLOCK / GROUP], 'row_best');
  if (!twoSided) return g.toBytes();
  const queryBias = g.input('query_bias', 'float32', [BLOCK, 1]);
  const columnGroups = g.op('Reshape', [g.op('Add', [dot, queryBias]), g.ints(BLOCK / GROUP, GROUP, BLOCK)]);
  const columnBest = g.op('ReduceMax', [columnGroups, g.ints(1)], { keepdims: 0 });
  g.output(columnBest, 'float32', [BLOCK / GROUP, BLOCK], 'column_best');
  return g.toBytes();
}
