import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import type {
  ExecutorElsewhere,
  IndexBuilder,
  NeighbourMerger,
  Neighbours,
  PluginUse,
  SearchIndex,
  SearchOptions,
  VectorSource,
} from '../../plugins/declare.js';
import { rowsIn } from '../../plugins/matrix.js';
import { withLease } from '../../store/cache/lease.js';
import {
  hasFound,
  type KeptArray,
  keepArray,
  readFound,
  removeArrays,
  removeSearched,
} from '../../store/cache/searches.js';
import { keyOf } from '../../store/files.js';
import type { RunContext } from '../context.js';
import { sayWaiting, withCores } from '../cores.js';
import { searchRate } from '../planning/measured-rates.js';
import { computeElsewhere } from './compute-elsewhere.js';
import type { SearchShard } from './search-shard.js';

/** Vectors of a part, or of a block of queries, at the most; in bytes the index takes a quarter more. */
const HELD_BYTES = 2 ** 28;

/** What is searched, and by what. */
export interface SearchedElsewhere {
  readonly use: PluginUse;
  readonly builder: IndexBuilder;
  readonly vectors: VectorSource;
  /** Whose embeddings they are, for a sentence. */
  readonly model: string;
  /** Where other processes find what they search, and write what they found. */
  readonly folder: string;
  /** Opens the index in this process. */
  open(): Promise<SearchIndex>;
}

/**
 * An index whose large exact searches an executor has done by other processes: parts of the vectors times blocks of queries,
 * merged by rank. The others are done here, and take turns at the cores.
 */
export class SearchElsewhere implements SearchIndex {
  private readonly owner = randomBytes(6).toString('hex');
  /** Parts that were written, by their first row. */
  private readonly parts = new Map<number, KeptArray>();
  private here: Promise<SearchIndex> | undefined;

  constructor(
    private readonly context: RunContext,
    private readonly executor: ExecutorElsewhere,
    private readonly from: SearchedElsewhere,
  ) {}

  async search(queries: VectorSource, options: SearchOptions): Promise<Neighbours> {
    const { context, from } = this;
    const merger = from.builder.mergeParts?.(queries.rows, options.k);
    if (!merger || options.k === 0 || queries.rows * from.vectors.rows <= this.executor.pairs) {
      this.here ??= from.open();
      const index = await this.here;
      return withCores(context, () => index.search(queries, options));
    }
    const work = () => this.searchElsewhere(queries, options, merger);
    return withLease(`${from.folder}.lease`, context.signal, work, (holder) => sayWaiting(context, holder));
  }

  async close(): Promise<void> {
    await (await this.here)?.close();
    await this.forget();
  }

  private async searchElsewhere(
    queries: VectorSource,
    options: SearchOptions,
    merger: NeighbourMerger,
  ): Promise<Neighbours> {
    const { folder } = this.from;
    try {
      const shards = await this.shardsOf(queries, options);
      await this.computeAll(shards, queries, options);
      for (const { shard } of shards) {
        const at = { query: shard.block.first, row: shard.part.first };
        merger.add(await readFound(folder, shard.name), at);
      }
    } catch (error) {
      await this.forget();
      throw error;
    }
    await removeSearched(folder, this.owner);
    const { orders, ...found } = merger.result();
    options.orders?.set(orders);
    return found;
  }

  /** What is finished is kept; what it was found in is written again by whoever goes on. */
  private async forget(): Promise<void> {
    this.parts.clear();
    await removeArrays(this.from.folder, this.owner);
  }

  private async computeAll(
    shards: readonly SearchShard[],
    queries: VectorSource,
    { progress }: SearchOptions,
  ): Promise<void> {
    const { context, executor, from } = this;
    const rate = context.rates.get(searchRate(from.vectors.dimension));
    let there = 0;
    const done = await computeElsewhere<SearchShard>(context, executor, {
      label: `search, ${from.model}`,
      folder: from.folder,
      secondsPerShard: rate && executor.pairs / rate.perSecond,
      missing: async () => {
        if (!context.useCache) return shards;
        const found = await Promise.all(shards.map(({ shard }) => hasFound(from.folder, shard.name)));
        return shards.filter((_, n) => !found[n]);
      },
      isThere: ({ shard }) => hasFound(from.folder, shard.name),
      onShard: () => progress(Math.floor((++there / shards.length) * queries.rows), queries.rows),
    });
    const pairs = done.reduce((sum, shard) => sum + shard.pairs, 0);
    const seconds = done.reduce((sum, shard) => sum + shard.seconds, 0);
    if (pairs > 0) await context.rates.record(searchRate(from.vectors.dimension), pairs / seconds);
  }

  /** Part by part: whoever computes several shards opens each part once. */
  private async shardsOf(queries: VectorSource, { k, exclude }: SearchOptions): Promise<SearchShard[]> {
    const { vectors, folder, use } = this.from;
    const { part: partRows, block: blockRows } = sizesOf(this.executor.pairs, queries, vectors);
    const blocks: SearchShard['shard']['block'][] = [];
    for (let first = 0; first < queries.rows; first += blockRows) {
      const end = Math.min(queries.rows, first + blockRows);
      const own = exclude?.subarray(first, end);
      blocks.push({
        ...(await this.keep(queries, first, end)),
        first,
        exclude: own && (await keepArray(folder, this.owner, own, [own.length])),
      });
    }
    const shards: SearchShard[] = [];
    for (let first = 0; first < vectors.rows; first += partRows) {
      const known = this.parts.get(first);
      const part =
        known && existsSync(known.file)
          ? known
          : await this.keep(vectors, first, Math.min(vectors.rows, first + partRows));
      this.parts.set(first, part);
      for (const block of blocks) {
        const name = keyOf({
          use,
          k,
          part: [part.checksum, first],
          block: [block.checksum, block.exclude?.checksum ?? null],
        });
        shards.push({ kind: 'search', use: { ...use }, k, folder, shard: { name, part: { ...part, first }, block } });
      }
    }
    return shards;
  }

  private async keep(source: VectorSource, first: number, end: number): Promise<KeptArray> {
    const { data, rows, dimension } = await source.rowsAt(Array.from({ length: end - first }, (_, n) => first + n));
    return keepArray(this.from.folder, this.owner, data, [rows, dimension]);
  }
}

/** As square as they can be, which reads the least for as many pairs. */
function sizesOf(pairs: number, queries: VectorSource, vectors: VectorSource): { part: number; block: number } {
  const most = rowsIn(vectors.dimension, HELD_BYTES);
  const side = Math.max(1, Math.min(most, Math.floor(Math.sqrt(pairs))));
  const block = Math.min(queries.rows, side);
  return { block, part: Math.max(1, Math.min(vectors.rows, most, Math.floor(pairs / block))) };
}
