import { GraphBuilder } from '../../onnx/build.js';

/** So many neighbouring scores are represented by their largest: what is scanned is that, and then its group. */
export const GROUP = 32;
/** Queries at most, and gallery rows, in a block: a block of scores (4 MB) stays in the cache while it is scanned. */
export const BLOCK = 1024;
/** What stands for 0 in the unsigned bytes of queries. */
export const ZERO_POINT = 128;

/** The element type of scores: of vectors in float32, or of vectors in bytes. */
export type ScoreType = 'float32' | 'int32';

/**
 * Scores of a block of queries against a block of 1,024 gallery rows (DESIGN.md §5): `dot`, [queries, 1024], and for
 * each query the largest of `dot` + `row_bias` in each group of 32 rows, `row_best`, [queries, 32]. Where `twoSided`,
 * the rows are queries too, and the queries 1,024: `column_best`, [32, 1024], is the largest of `dot` + `query_bias`
 * in each group of 32 queries.
 *
 * With a bias of minus half the squared norm, `dot` + bias orders by squared L2 distance:
 * ‖q − g‖² = ‖q‖² − 2(q·g − ½‖g‖²).
 *
 * In int32, queries are unsigned bytes with 0 at 128, and rows signed bytes that stand in columns.
 */
export function blockGraph(type: ScoreType, dimension: number, twoSided: boolean): Uint8Array {
  const g = new GraphBuilder('exact_search_block');
  const queries = twoSided ? BLOCK : 'queries';
  const dot = type === 'float32' ? floatProduct(g, queries, dimension) : byteProduct(g, queries, dimension);
  g.output(dot, type, [queries, BLOCK], 'dot');
  const byRow = g.op('Add', [dot, g.input('row_bias', type, [1, BLOCK])]);
  const rowGroups = g.op('Reshape', [byRow, g.ints(-1, BLOCK / GROUP, GROUP)]);
  const rowBest = g.op('ReduceMax', [rowGroups, g.ints(2)], { keepdims: 0 });
  g.output(rowBest, type, [queries, BLOCK / GROUP], 'row_best');
  if (!twoSided) return g.toBytes();
  const byColumn = g.op('Add', [dot, g.input('query_bias', type, [BLOCK, 1])]);
  const columnGroups = g.op('Reshape', [byColumn, g.ints(BLOCK / GROUP, GROUP, BLOCK)]);
  const columnBest = g.op('ReduceMax', [columnGroups, g.ints(1)], { keepdims: 0 });
  g.output(columnBest, type, [BLOCK / GROUP, BLOCK], 'column_best');
  return g.toBytes();
}

function floatProduct(g: GraphBuilder, count: number | string, dimension: number): string {
  const queries = g.input('queries', 'float32', [count, dimension]);
  const rows = g.input('rows', 'float32', [BLOCK, dimension]);
  return g.op('Gemm', [queries, rows], { transB: 1 });
}

function byteProduct(g: GraphBuilder, count: number | string, dimension: number): string {
  const queries = g.input('queries', 'uint8', [count, dimension]);
  const rows = g.input('rows', 'int8', [dimension, BLOCK]);
  return g.op('MatMulInteger', [queries, rows, g.constant(Uint8Array.of(ZERO_POINT), [])]);
}
