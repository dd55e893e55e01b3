import type { Metric, Neighbours, SearchIndex, SearchOptions, VectorSource } from '../../../plugins/declare.js';
import { inMemory, rowsIn } from '../../../plugins/matrix.js';
import { ExactSearch } from '../exact-search.js';
import { MergedNeighbours } from './merge-neighbours.js';

/** Vectors of a gallery that are held at once; in bytes they take a quarter more. */
const HELD_BYTES = 2 ** 27;

export interface PartedSearchOptions {
  readonly threads: number;
  readonly rowsHeld?: number;
}

/**
 * Exact search in a gallery that is too large to be held: part by part, each held while all queries are searched for in it.
 * The result is that of one search over all (merge-neighbours.ts). A search reads the gallery once.
 */
export class PartedSearch implements SearchIndex {
  private readonly step: number;

  constructor(
    private readonly source: VectorSource,
    private readonly metric: Metric,
    private readonly options: PartedSearchOptions,
  ) {
    this.step = options.rowsHeld ?? rowsIn(source.dimension, HELD_BYTES);
  }

  async search(queries: VectorSource, options: SearchOptions): Promise<Neighbours> {
    const { k, exclude, orders } = options;
    const merged = new MergedNeighbours(this.metric, queries.rows, k);
    const { rows } = this.source;
    for (let first = 0; first < rows && k > 0; first += this.step) {
      const end = Math.min(rows, first + this.step);
      const part = await this.open(first, end);
      const own = exclude?.map((row) => (row >= first && row < end ? row - first : -1));
      const found = new Float64Array(queries.rows * k);
      const progress = (done: number, total: number) =>
        options.progress(
          Math.floor((queries.rows * first + (done / total) * queries.rows * (end - first)) / rows),
          queries.rows,
        );
      const { ids } = await part.search(queries, { ...options, exclude: own, orders: found, progress });
      await part.close();
      merged.add({ ids, orders: found }, { query: 0, row: first });
    }
    const { ids, distances, orders: ranked } = merged.result();
    orders?.set(ranked);
    return { k, ids, distances };
  }

  async close(): Promise<void> {}

  private async open(first: number, end: number): Promise<ExactSearch> {
    const rows = Array.from({ length: end - first }, (_, n) => first + n);
    const held = await this.source.rowsAt(rows);
    return ExactSearch.open(inMemory(held), this.metric, { threads: this.options.threads });
  }
}
