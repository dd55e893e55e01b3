import { z } from 'zod';
import type { Matrix, SearchIndex } from '../../plugins/declare.js';
import { inMemory } from '../../plugins/matrix.js';
import { itemAt } from '../../protocol/item-at.js';
import { type KeptArray, keepFound, readArray } from '../../store/cache/searches.js';
import { loadPlugin, type RunContext } from '../context.js';
import { unwrap } from '../halt.js';

const keptArraySchema = z.object({ file: z.string(), checksum: z.string() });

/** An exact search for a block of queries in a part of the vectors. */
export const searchShardSchema = z.object({
  kind: z.literal('search'),
  /** The index, as an experiment file uses it. */
  use: z.object({ use: z.string(), params: z.record(z.string(), z.unknown()) }),
  /** Neighbours of a query. */
  k: z.int().positive(),
  /** Where what is found is written to. */
  folder: z.string(),
  shard: z.object({
    name: z.string(),
    /** The part, whose first row is row `first` of all that is searched. */
    part: keptArraySchema.extend({ first: z.int().nonnegative() }),
    /** The block, whose first query is query `first`; `exclude` has the row of all that each must not find, or -1. */
    block: keptArraySchema.extend({ first: z.int().nonnegative(), exclude: keptArraySchema.optional() }),
  }),
});
export type SearchShard = z.infer<typeof searchShardSchema>;

/** Searches shards of one plan. A part stays open for all blocks of queries that are searched for in it one after the other. */
export class SearchingWork {
  private opened: { readonly checksum: string; readonly rows: number; readonly index: SearchIndex } | undefined;

  constructor(private readonly context: RunContext) {}

  async compute({ use, k, folder, shard: { name, part, block } }: SearchShard) {
    const started = performance.now();
    const { rows, index } = await this.open(use, part);
    const queries = await matrixOf(block);
    const exclude = block.exclude && ((await readArray(block.exclude)).data as Int32Array);
    const own = exclude?.map((row) => (row >= part.first && row < part.first + rows ? row - part.first : -1));
    const orders = new Float64Array(queries.rows * k);
    const work = { signal: this.context.signal, progress: () => undefined };
    const { ids } = await index.search(inMemory(queries), { ...work, k, exclude: own, orders });
    await keepFound(folder, name, { ids, orders });
    return { pairs: rows * queries.rows, seconds: (performance.now() - started) / 1000 };
  }

  async close(): Promise<void> {
    await this.opened?.index.close();
    this.opened = undefined;
  }

  private async open(use: SearchShard['use'], part: KeptArray) {
    if (this.opened?.checksum === part.checksum) return this.opened;
    await this.close();
    const vectors = await matrixOf(part);
    const builder = await loadPlugin(this.context, 'index', use);
    const index = unwrap(await builder.open(inMemory(vectors), ''));
    this.opened = { checksum: part.checksum, rows: vectors.rows, index };
    return this.opened;
  }
}

async function matrixOf(kept: KeptArray): Promise<Matrix> {
  const { data, shape } = await readArray(kept);
  return { data: data as Float32Array, rows: itemAt(shape, 0), dimension: itemAt(shape, 1) };
}
