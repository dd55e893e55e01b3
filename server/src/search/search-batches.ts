import { setImmediate } from 'node:timers/promises';
import type { SearchIndex } from '../plugins/declare.js';
import { inMemory } from '../plugins/matrix.js';
import { itemAt } from '../protocol/item-at.js';

/** Queries of one search: of more each waits longer than it gains. */
const MOST = 64;

interface Waiting {
  readonly query: Float32Array;
  readonly k: number;
  resolve(ids: Int32Array): void;
  reject(error: unknown): void;
}

/** A search that has begun is finished: a server that stops answers what was asked. */
const NEVER = new AbortController().signal;

/**
 * Searches for one query each, of which those that wait while another goes on are done together: the vectors are read once
 * for all of them. An index finds for each query of a search what it finds for it alone.
 */
export class SearchBatches {
  private waiting: Waiting[] = [];
  private searching: Promise<void> | undefined;

  constructor(
    private readonly index: SearchIndex,
    private readonly dimension: number,
  ) {}

  /** The `k` nearest rows, best first; -1 where there are fewer. */
  nearest(query: Float32Array, k: number): Promise<Int32Array> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ query, k, resolve, reject });
      this.searching ??= this.searchAll();
    });
  }

  /** Ends what waits, and then the index. */
  async close(): Promise<void> {
    await this.searching;
    await this.index.close();
  }

  private async searchAll(): Promise<void> {
    while (this.waiting.length > 0) {
      // What has come to this process meanwhile is read first, and goes along.
      await setImmediate();
      await this.search(this.next());
    }
    this.searching = undefined;
  }

  /** Who has waited longest, and others who want as many: a graph of neighbours may find others for another number. */
  private next(): Waiting[] {
    const { k } = itemAt(this.waiting, 0);
    const next = this.waiting.filter((one) => one.k === k).slice(0, MOST);
    const taken = new Set(next);
    this.waiting = this.waiting.filter((one) => !taken.has(one));
    return next;
  }

  /** What fails for several is searched for one by one, so that each has its own error alone. */
  private async search(some: readonly Waiting[]): Promise<void> {
    const { k } = itemAt(some, 0);
    const data = new Float32Array(some.length * this.dimension);
    for (const [n, { query }] of some.entries()) data.set(query, n * this.dimension);
    const queries = inMemory({ data, rows: some.length, dimension: this.dimension });
    try {
      const { ids } = await this.index.search(queries, { k, signal: NEVER, progress: () => undefined });
      for (const [n, { resolve }] of some.entries()) resolve(ids.slice(n * k, (n + 1) * k));
    } catch (error) {
      if (some.length === 1) return itemAt(some, 0).reject(error);
      for (const one of some) await this.search([one]);
    }
  }
}
