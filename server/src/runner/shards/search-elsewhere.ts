import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import pMap from 'p-map';
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
import { blocksBetween, rowsIn } from '../../plugins/matrix.js';
import { withLease } from '../../store/cache/lease.js';
import {
  hasFound,
  type KeptArray,
  keepArray,
  keepRows,
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

/** Of these, what this process holds while it writes them. */
const BLOCK_BYTES = 2 ** 24;

/** Shards that are looked for at once. */
const LOOKS = 16;

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
  /** Parts that were written, by their first row and the one behind their last. */
  private readonly parts = new Map<string, KeptArray>();
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
      const sizes = shardSizes(this.executor.pairs, queries.rows, this.from.vectors);
      const shards = await this.shardsOf(queries, options, sizes);
      await this.computeAll(shards, sizes, (share) => options.progress(Math.floor(share * queries.rows), queries.rows));
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
    { part, block }: ShardSizes,
    progress: (share: number) => void,
  ): Promise<void> {
    const { context, executor, from } = this;
    const rate = context.rates.get(searchRate(from.vectors.dimension));
    let there = 0;
    const done = await computeElsewhere<SearchShard>(context, executor, {
      label: `search, ${from.model}`,
      folder: from.folder,
      secondsPerShard: rate && (part * block) / rate.perSecond,
      missing: async () => {
        if (!context.useCache) return shards;
        const found = await pMap(shards, ({ shard }) => hasFound(from.folder, shard.name), { concurrency: LOOKS });
        return shards.filter((_, n) => !found[n]);
      },
      isThere: ({ shard }) => hasFound(from.folder, shard.name),
      onShard: () => progress(++there / shards.length),
    });
    const pairs = done.reduce((sum, shard) => sum + shard.pairs, 0);
    const seconds = done.reduce((sum, shard) => sum + shard.seconds, 0);
    if (pairs > 0) await context.rates.record(searchRate(from.vectors.dimension), pairs / seconds);
  }

  /** Part by part: whoever computes several shards opens each part once. */
  private async shardsOf(
    queries: VectorSource,
    { k, exclude }: SearchOptions,
    sizes: ShardSizes,
  ): Promise<SearchShard[]> {
    const { vectors, folder, use } = this.from;
    const blocks: SearchShard['shard']['block'][] = [];
    for (let first = 0; first < queries.rows; first += sizes.block) {
      const end = Math.min(queries.rows, first + sizes.block);
      const own = exclude?.subarray(first, end);
      blocks.push({
        ...(await this.keep(queries, first, end)),
        first,
        exclude: own && (await keepArray(folder, this.owner, own, [own.length])),
      });
    }
    const shards: SearchShard[] = [];
    for (let first = 0; first < vectors.rows; first += sizes.part) {
      const part = await this.partOf(first, Math.min(vectors.rows, first + sizes.part));
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

  /** How large parts are depends on how many queries there are: of another search they may end elsewhere. */
  private async partOf(first: number, end: number): Promise<KeptArray> {
    const name = `${first}-${end}`;
    const known = this.parts.get(name);
    if (known && existsSync(known.file)) return known;
    const part = await this.keep(this.from.vectors, first, end);
    this.parts.set(name, part);
    return part;
  }

  private async keep(source: VectorSource, first: number, end: number): Promise<KeptArray> {
    const { dimension } = source;
    const read = (start: number, stop: number) =>
      source.rowsAt(Array.from({ length: stop - start }, (_, n) => first + start + n));
    const blocks = blocksBetween(end - first, dimension, read, BLOCK_BYTES);
    return keepRows(this.from.folder, this.owner, [end - first, dimension], blocks);
  }
}

/** Rows of a part, and queries of a block. */
export interface ShardSizes {
  readonly part: number;
  readonly block: number;
}

/** As square as they can be, which reads the least for as many pairs. */
export function shardSizes(
  pairs: number,
  queries: number,
  vectors: Pick<VectorSource, 'rows' | 'dimension'>,
): ShardSizes {
  const most = rowsIn(vectors.dimension, HELD_BYTES);
  const side = Math.max(1, Math.min(most, Math.floor(Math.sqrt(pairs))));
  const block = Math.min(queries, side);
  return { block, part: Math.max(1, Math.min(vectors.rows, most, Math.floor(pairs / block))) };
}
