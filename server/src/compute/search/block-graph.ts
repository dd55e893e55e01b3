import { GraphBuilder } from '../../onnx/build.js';

/** So many neighbouring scores in float32 are represented by their largest: that is scanned, and then its group. */
export const GROUP = 32;
/** Queries at most, and gallery rows, in a block: a block of scores stays in the cache while it is scanned. */
export const BLOCK = 1024;
/** What stands for 0 in the unsigned bytes of gallery rows. */
export const ZERO_POINT = 128;

/**
 * Scores of queries against 1,024 gallery rows in float32: `dot`, [queries, 1024], and for each query the largest of
 * `dot` + `row_bias` in each group of 32 rows, `row_best`, [queries, 32].
 *
 * With a bias of minus half the squared norm, `dot` + bias orders by squared L2 distance:
 * ‖q − g‖² = ‖q‖² − 2(q·g − ½‖g‖²).
 */
export function floatGraph(dimension: number): Uint8Array {
  return groupedScores('float_scores', dimension, { row_best: 'ReduceMax' });
}

/**
 * Inner products of rows with 1,024 others in float32, with the largest and the least of each row's with a group of 32 of
 * them, after `row_bias` was added.
 */
export function rangeGraph(dimension: number): Uint8Array {
  return groupedScores('float_range', dimension, { row_best: 'ReduceMax', row_worst: 'ReduceMin' });
}

/** `dot`, and by output what is kept of each group of biased scores. */
function groupedScores(name: string, dimension: number, kept: Readonly<Record<string, 'ReduceMax' | 'ReduceMin'>>) {
  const g = new GraphBuilder(name);
  const queries = g.input('queries', 'float32', ['queries', dimension]);
  const rows = g.input('rows', 'float32', [BLOCK, dimension]);
  const dot = g.op('Gemm', [queries, rows], { transB: 1 });
  g.output(dot, 'float32', ['queries', BLOCK], 'dot');
  const biased = g.op('Add', [dot, g.input('row_bias', 'float32', [1, BLOCK])]);
  const groups = g.op('Reshape', [biased, g.ints(-1, BLOCK / GROUP, GROUP)]);
  for (const [output, operator] of Object.entries(kept)) {
    g.output(g.op(operator, [groups, g.ints(2)], { keepdims: 0 }), 'float32', ['queries', BLOCK / GROUP], output);
  }
  return g.toBytes();
}

/** Inner products of rows in double precision: `products`, [queries, rows]. */
export function doubleGraph(dimension: number): Uint8Array {
  const g = new GraphBuilder('double_products');
  const queries = g.input('queries', 'float64', ['queries', dimension]);
  const rows = g.input('rows', 'float64', ['rows', dimension]);
  g.output(g.op('Gemm', [queries, rows], { transB: 1 }), 'float64', ['queries', 'rows'], 'products');
  return g.toBytes();
}

/** Scores of vectors in bytes as whole numbers: `scores`, [rows, queries]. Queries stand in columns. */
export function byteGraph(length: number): Uint8Array {
  const g = new GraphBuilder('byte_scores');
  const rows = g.input('rows', 'uint8', ['rows', length]);
  const queries = g.input('queries', 'int8', [length, 'queries']);
  const scores = g.op('MatMulInteger', [rows, queries, g.constant(Uint8Array.of(ZERO_POINT), [])]);
  g.output(scores, 'int32', ['rows', 'queries'], 'scores');
  return g.toBytes();
}

/** The same scores, each query's times its `scale`, rounded and cut off to a byte: `scores`, [rows, queries]. */
export function sieveGraph(length: number): Uint8Array {
  const g = new GraphBuilder('sieve');
  const one = g.scalar(1);
  const zero = g.constant(Uint8Array.of(0), []);
  const rows = [g.input('rows', 'uint8', ['rows', length]), one, g.constant(Uint8Array.of(ZERO_POINT), [])];
  const signedZero = g.constant(Uint8Array.of(0), [], 'zero', 'int8');
  const queries = [
    g.input('queries', 'int8', [length, 'queries']),
    g.input('scale', 'float32', ['queries']),
    signedZero,
  ];
  const scores = g.op('QLinearMatMul', [...rows, ...queries, one, zero]);
  g.output(scores, 'uint8', ['rows', 'queries'], 'scores');
  return g.toBytes();
}
