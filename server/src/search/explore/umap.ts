import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { UMAP } from 'umap-js';
import type { Matrix } from '../../plugins/declare.js';
import { inMemory } from '../../plugins/matrix.js';
import { fail, type Result } from '../../protocol/errors.js';
import { nearestRows } from './nearest.js';
import type { Tell } from './progress.js';

/** Those that a row is held together with, itself among them: the default of UMAP’s authors. */
const NEIGHBOURS = 15;
const LEAST_ROWS = 4;
/** Where the layout begins: principal axes, in the width that the library itself begins in. */
const WIDTH = 10;

type Axes = readonly [x: Float64Array, y: Float64Array];

/**
 * A layout by UMAP (McInnes, Healy and Melville, 2018) that begins from these places, so that what is far apart does not
 * lie anywhere; from exact neighbours, by a fixed seed. Problem: `map-too-small`.
 */
export async function umapOf(vectors: Matrix, begin: Axes, tell: Tell): Promise<Result<Axes>> {
  if (vectors.rows < LEAST_ROWS) {
    return fail('map-too-small', `UMAP needs ${LEAST_ROWS} photographs, and there are ${vectors.rows}`, {
      hint: 'Look at the map by PCA.',
    });
  }
  const nNeighbors = Math.min(NEIGHBOURS, vectors.rows - 1);
  const source = inMemory(vectors);
  const { k, ids, distances } = await nearestRows(source, source, nNeighbors - 1, tell('comparing photographs'));
  const random = xoroshiro128plus(1);
  const umap = new UMAP({ nNeighbors, random: () => uniformFloat64(random) });
  const rows = Array.from({ length: vectors.rows }, (_, row) => row);
  umap.setPrecomputedKNN(
    rows.map((row) => [row, ...ids.subarray(row * k, (row + 1) * k)]),
    rows.map((row) => [0, ...Array.from(distances.subarray(row * k, (row + 1) * k), Math.sqrt)]),
  );
  // Of rows whose neighbours are known it asks nothing but how many there are.
  const epochs = umap.initializeFit(rows.map(() => []));
  const layout = umap.getEmbedding();
  const [x, y] = begin.map((values) => scaled(values, WIDTH)) as [Float64Array, Float64Array];
  for (const [row, point] of layout.entries()) point.splice(0, 2, x[row] as number, y[row] as number);
  const progress = tell('laying out');
  for (let epoch = 0; epoch < epochs; epoch++) {
    umap.step();
    progress(epoch + 1, epochs);
    // What is sent is sent between two steps.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return {
    ok: true,
    value: [Float64Array.from(layout, ([at]) => at as number), Float64Array.from(layout, ([, at]) => at as number)],
  };
}

function scaled(values: Float64Array, width: number): Float64Array {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return values.map((value) => (largest > 0 ? (width * value) / largest : 0));
}
