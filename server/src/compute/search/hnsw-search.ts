import { setImmediate } from 'node:timers/promises';
import type { HierarchicalNSW } from 'hnswlib-node';
import type { Matrix, Metric, Neighbours, SearchIndex, SearchOptions } from '../../plugins/declare.js';
import { distanceOf, orderOf } from './order.js';

const STEP = 64;

/** Approximate nearest neighbours: which they are is the graph's answer; their distances and order are exact. */
export class HnswSearch implements SearchIndex {
  constructor(
    private readonly graph: HierarchicalNSW,
    private readonly gallery: Matrix,
    private readonly options: { readonly metric: Metric; readonly efSearch: number },
  ) {}

  async search(queries: Matrix, { k, exclude, signal, progress }: SearchOptions): Promise<Neighbours> {
    const ids = new Int32Array(queries.rows * k).fill(-1);
    const distances = new Float32Array(queries.rows * k).fill(Number.NaN);
    const wanted = Math.min(exclude ? k + 1 : k, this.gallery.rows);
    if (wanted > 0) this.graph.setEf(Math.max(this.options.efSearch, wanted));
    for (let query = 0; query < queries.rows && wanted > 0; query++) {
      if (query % STEP === 0) {
        progress(query, queries.rows);
        await setImmediate();
        signal.throwIfAborted();
      }
      const found = this.nearest(queries, query, wanted, exclude?.[query] ?? -1).slice(0, k);
      for (const [n, { row, order }] of found.entries()) {
        ids[query * k + n] = row;
        distances[query * k + n] = distanceOf(this.options.metric, order);
      }
    }
    progress(queries.rows, queries.rows);
    return { k, ids, distances };
  }

  async close(): Promise<void> {
    // The graph is memory of the process, freed with this object.
  }

  private nearest(queries: Matrix, query: number, count: number, exclude: number) {
    const { neighbors } = this.graph.searchKnn(vectorAt(queries, query), count);
    return neighbors
      .filter((row) => row !== exclude)
      .map((row) => ({ row, order: orderOf(this.options.metric, queries, query, this.gallery, row) }))
      .sort((a, b) => a.order - b.order || a.row - b.row);
  }
}

/** A row as hnswlib takes it. */
export function vectorAt({ data, dimension }: Matrix, row: number): number[] {
  return Array.from(data.subarray(row * dimension, (row + 1) * dimension));
}
