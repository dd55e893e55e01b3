import type { Metric, NeighbourMerger, Neighbours, RankedRows } from '../../../plugins/declare.js';
import { shownDistance } from '../distances.js';

/**
 * The nearest of what exact searches over parts of a gallery found. Each part gives its own k nearest, so that the k
 * nearest of all are among them; distances are compared in double precision and ties go to the lower row, as in one search
 * over all: the result is the same, to the bit.
 */
export class MergedNeighbours implements NeighbourMerger {
  private readonly best: RankedRows;

  constructor(
    private readonly metric: Metric,
    queries: number,
    private readonly k: number,
  ) {
    this.best = {
      ids: new Int32Array(queries * k).fill(-1),
      orders: new Float64Array(queries * k).fill(Number.POSITIVE_INFINITY),
    };
  }

  add({ ids, orders }: RankedRows, { query, row }: { readonly query: number; readonly row: number }): void {
    const { k, best } = this;
    for (let n = 0; n < ids.length; n++) {
      if (ids[n] >= 0) this.insert((query + Math.floor(n / k)) * k, ids[n] + row, orders[n]);
    }
    if (ids.length % k !== 0 || query * k + ids.length > best.ids.length) throw new RangeError('Not of these queries');
  }

  private insert(first: number, row: number, order: number): void {
    const { ids, orders } = this.best;
    const isBefore = (at: number) => order < orders[at] || (order === orders[at] && row < ids[at]) || ids[at] < 0;
    let at = first + this.k - 1;
    if (!isBefore(at)) return;
    for (; at > first && isBefore(at - 1); at--) {
      ids[at] = ids[at - 1];
      orders[at] = orders[at - 1];
    }
    ids[at] = row;
    orders[at] = order;
  }

  result(): Neighbours & RankedRows {
    const { ids, orders } = this.best;
    const distances = Float32Array.from(orders, (order, at) =>
      ids[at] < 0 ? Number.NaN : shownDistance(this.metric, order),
    );
    return { k: this.k, ids, distances, orders };
  }
}
