import { setImmediate } from 'node:timers/promises';
import type { HierarchicalNSW } from 'hnswlib-node';
import type {
  Matrix,
  Metric,
  Neighbours,
  SearchIndex,
  SearchOptions,
  VectorSource,
} from '../../../../plugins/declare.js';
import { distanceOf, shownDistance } from '../../distances.js';

const STEP = 64;

/**
 * Approximate nearest neighbours: which they are is the graph's answer; their distances and order are exact. The graph
 * holds the vectors as they were given to it: they are in memory once.
 */
export class HnswSearch implements SearchIndex {
  constructor(
    private readonly graph: HierarchicalNSW,
    private readonly rows: number,
    private readonly options: { readonly metric: Metric; readonly efSearch: number },
  ) {}

  async search(queries: VectorSource, { k, exclude, signal, progress }: SearchOptions): Promise<Neighbours> {
    const ids = new Int32Array(queries.rows * k).fill(-1);
    const distances = new Float32Array(queries.rows * k).fill(Number.NaN);
    const wanted = Math.min(exclude ? k + 1 : k, this.rows);
    if (wanted === 0) return { k, ids, distances };
    this.graph.setEf(Math.max(this.options.efSearch, wanted));
    for await (const block of queries.blocks()) {
      for (let n = 0; n < block.rows; n++) {
        const query = block.first + n;
        if (query % STEP === 0) {
          progress(query, queries.rows);
          await setImmediate();
          signal.throwIfAborted();
        }
        const found = this.nearest(block, n, wanted, exclude?.[query] ?? -1).slice(0, k);
        for (const [place, { row, distance }] of found.entries()) {
          ids[query * k + place] = row;
          distances[query * k + place] = shownDistance(this.options.metric, distance);
        }
      }
    }
    progress(queries.rows, queries.rows);
    return { k, ids, distances };
  }

  async close(): Promise<void> {
    // The graph is memory of the process, freed with this object.
  }

  private nearest(queries: Matrix, query: number, count: number, exclude: number) {
    const { neighbors } = this.graph.searchKnn(numbersOf(queries, query), count);
    return neighbors
      .filter((row) => row !== exclude)
      .map((row) => ({ row, distance: this.distanceOf(queries, query, row) }))
      .sort((a, b) => a.distance - b.distance || a.row - b.row);
  }

  private distanceOf(queries: Matrix, query: number, row: number): number {
    const vector = { data: Float32Array.from(this.graph.getPoint(row)), rows: 1, dimension: queries.dimension };
    return distanceOf(this.options.metric, queries, query, vector, 0);
  }
}

/** A row as hnswlib takes it. */
export function numbersOf({ data, dimension }: Matrix, row: number): number[] {
  return Array.from(data.subarray(row * dimension, (row + 1) * dimension));
}
