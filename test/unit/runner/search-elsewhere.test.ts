import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { ExactSearch } from '../../../server/src/compute/search/exact-search.js';
import type { ExecutorElsewhere, Matrix, QueueView, ShardWork, Ticket } from '../../../server/src/plugins/declare.js';
import { flat } from '../../../server/src/plugins/indexes/flat.js';
import { inMemory, selectRows } from '../../../server/src/plugins/matrix.js';
import { plugins } from '../../../server/src/plugins/registry.js';
import { ok, type Result } from '../../../server/src/protocol/errors.js';
import type { RunContext } from '../../../server/src/runner/context.js';
import { openContext } from '../../../server/src/runner/open-context.js';
import { computePlanned, openPlan } from '../../../server/src/runner/shards/compute-planned.js';
import { SearchElsewhere } from '../../../server/src/runner/shards/search-elsewhere.js';
import { randomVectors } from '../../support/random-vectors.js';
import { temporaryFolder } from '../../support/run-folder.js';
import { inBlocks } from '../../support/vector-source.js';

const work = { signal: new AbortController().signal, progress: () => undefined };

/** Computes every shard where it is handed over, as `lookalike shard` does. */
class AtOnce implements ExecutorElsewhere {
  readonly kind = 'elsewhere';
  readonly schedules = true;
  /** What the workers said of each shard. */
  readonly lines: string[] = [];

  constructor(readonly pairs: number) {}

  async submit({ plan, shards, logs }: ShardWork): Promise<Result<Ticket>> {
    for (const first of shards) {
      const wanted = { plan, first, count: 1, threads: 1 };
      const opened = await openPlan(wanted);
      assert.ok(opened.ok);
      assert.equal(await computePlanned(opened.value, plugins, wanted, (line) => this.lines.push(line)), undefined);
    }
    return ok({ plan, logs, command: [], arrays: [], left: [] });
  }

  async *watch(): AsyncIterable<QueueView> {
    const none = { running: 0, reason: undefined, never: false, ended: new Map() };
    for (;;) yield { alive: new Set(), ...none, logOf: () => '' };
  }

  async cancel(): Promise<Result<void>> {
    return ok(undefined);
  }

  async adopt(): Promise<undefined> {
    return undefined;
  }
}

/** Vectors on a grid, of which many are there twice: distances tie within parts and across them. */
function withTies(rows: number, seed: number): Matrix {
  const { data, dimension } = randomVectors(rows, 3, seed);
  return { data: data.map((value) => Math.round(2 * value)), rows, dimension };
}

describe('A search that other processes do', () => {
  const folder = temporaryFolder();
  const searches = () => join(folder(), 'home/cache/searches');

  const contextFor = (useCache = true): Promise<RunContext> => {
    const given = { home: join(folder(), 'home'), folder: join(folder(), 'run'), useCache, threads: 1, plugins };
    const silent = { emit: () => undefined, skip: () => undefined };
    return openContext({ ...given, ...silent, device: 'cpu', signal: work.signal });
  };

  async function searchOf(gallery: Matrix, metric: 'l2' | 'ip', executor: ExecutorElsewhere, useCache?: boolean) {
    const use = { use: 'flat', params: { metric } };
    const loaded = await flat.load(flat.params.parse(use.params), { folder: folder(), threads: 1 });
    assert.ok(loaded.ok);
    const builder = loaded.value;
    const vectors = inBlocks(gallery, [50, 7]);
    const open = async () => ExactSearch.open(vectors, metric, { threads: 1 });
    const from = { use, builder, vectors, model: 'm', folder: join(searches(), 'key'), open };
    return new SearchElsewhere(await contextFor(useCache), executor, from);
  }

  async function whole(gallery: Matrix, queries: Matrix, metric: 'l2' | 'ip', k: number, exclude?: Int32Array) {
    const index = await ExactSearch.open(inMemory(gallery), metric, { threads: 1 });
    const orders = new Float64Array(queries.rows * k);
    const found = await index.search(inMemory(queries), { ...work, k, exclude, orders });
    await index.close();
    return { ...found, orders };
  }

  it('gives the bits of one search, however it is cut, with ties, copies and rows that are not to be found', async () => {
    const cases = fc.record({
      rows: fc.integer({ min: 1, max: 120 }),
      queries: fc.integer({ min: 1, max: 60 }),
      k: fc.integer({ min: 1, max: 9 }),
      share: fc.double({ min: 0.15, max: 0.9, noNaN: true }),
      metric: fc.constantFrom('l2' as const, 'ip' as const),
      excludes: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ rows, queries: count, k, share, metric, excludes }) => {
        const gallery = withTies(rows, rows);
        const queries = selectRows(
          gallery,
          Array.from({ length: count }, (_, n) => (7 * n) % rows),
        );
        const exclude = excludes
          ? Int32Array.from({ length: count }, (_, n) => (n % 3 === 0 ? -1 : (7 * n) % rows))
          : undefined;
        const executor = new AtOnce(Math.max(1, Math.floor(share * rows * count)));
        const index = await searchOf(gallery, metric, executor);
        const orders = new Float64Array(count * k);
        const found = await index.search(inMemory(queries), { ...work, k, exclude, orders });
        await index.close();
        assert.ok(executor.lines.length > 1 || rows * count <= executor.pairs, `${executor.lines.length} shards`);
        assert.deepEqual({ ...found, orders }, await whole(gallery, queries, metric, k, exclude));
        // What was handed over is gone once it is merged.
        assert.deepEqual(existsSync(searches()) ? await readdir(searches(), { recursive: true }) : [], [
          'key',
          'key/vectors',
        ]);
      }),
      { seed: 17, numRuns: 12 },
    );
  });

  it('searches one after the other for more queries and for fewer, in parts of other sizes', async () => {
    const gallery = withTies(60, 4);
    const index = await searchOf(gallery, 'l2', new AtOnce(600));
    for (const count of [60, 15, 40]) {
      const queries = selectRows(
        gallery,
        Array.from({ length: count }, (_, n) => n),
      );
      const orders = new Float64Array(count * 3);
      const found = await index.search(inMemory(queries), { ...work, k: 3, orders });
      assert.deepEqual({ ...found, orders }, await whole(gallery, queries, 'l2', 3));
    }
    await index.close();
    assert.deepEqual(await readdir(searches(), { recursive: true }), ['key', 'key/vectors']);
  });

  it('does what is small itself', async () => {
    const gallery = withTies(30, 1);
    const executor = new AtOnce(900);
    const index = await searchOf(gallery, 'l2', executor);
    const found = await index.search(inMemory(gallery), { ...work, k: 3 });
    await index.close();
    const { orders: _, ...expected } = await whole(gallery, gallery, 'l2', 3);
    assert.deepEqual(found, expected);
    assert.deepEqual(executor.lines, []);
    assert.ok(!existsSync(searches()));
  });

  it('goes on with the shards that an earlier run had finished, unless it is to use none', async () => {
    const gallery = withTies(60, 2);
    const expected = await whole(gallery, gallery, 'l2', 4);
    for (const [useCache, computed] of [
      [true, 6],
      [false, 9],
    ] as const) {
      const ended = await searchOf(gallery, 'l2', new Ended(600), useCache);
      await assert.rejects(ended.search(inMemory(gallery), { ...work, k: 4 }), /ended/);
      const executor = new AtOnce(600);
      const index = await searchOf(gallery, 'l2', executor, useCache);
      const orders = new Float64Array(60 * 4);
      assert.deepEqual({ ...(await index.search(inMemory(gallery), { ...work, k: 4, orders })), orders }, expected);
      assert.equal(executor.lines.length, computed);
    }
  });
});

/** Whoever hands over is ended after three shards. */
class Ended extends AtOnce {
  override async submit(wanted: ShardWork): Promise<Result<Ticket>> {
    await super.submit({ ...wanted, shards: wanted.shards.slice(0, 3) });
    throw new Error('ended');
  }
}
