import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { HierarchicalNSW } from 'hnswlib-node';
import type { IndexBuilder, Metric, SearchIndex, VectorSource, WorkContext } from '../../../../plugins/declare.js';
import { fail, ok, type Result } from '../../../../protocol/errors.js';
import { checkFinite } from '../../check-finite.js';
import { HnswSearch, numbersOf } from './hnsw-search.js';

export interface HnswOptions {
  readonly metric: Metric;
  readonly m: number;
  readonly efConstruction: number;
  readonly efSearch: number;
  readonly seed: number;
}

type Hnswlib = typeof import('hnswlib-node');

const FILE = 'graph.hnsw';
/** So many vectors are added between two looks at whether to stop. */
const STEP = 256;

/** A graph of near neighbours (hnswlib), in one file. It is built by one thread, so the same seed gives the same graph. */
export class HnswIndex implements IndexBuilder {
  readonly metric: Metric;

  private constructor(
    private readonly hnswlib: Hnswlib,
    private readonly options: HnswOptions,
  ) {
    this.metric = options.metric;
  }

  static async load(options: HnswOptions): Promise<Result<HnswIndex>> {
    try {
      const loaded = await import('hnswlib-node');
      return ok(new HnswIndex(loaded.default ?? loaded, options));
    } catch (error) {
      const [why] = (error as Error).message.split('\n');
      const hint =
        'It is compiled when Lookalike is installed: install a C++ compiler, then Lookalike again, or use "index: flat".';
      return fail('hnsw-unavailable', `The native module hnswlib-node cannot be loaded: ${why}`, { hint });
    }
  }

  async build(vectors: VectorSource, folder: string, { signal, progress }: WorkContext): Promise<Result<void>> {
    const checked = await checkFinite(vectors);
    if (!checked.ok) return checked;
    const { m, efConstruction, seed } = this.options;
    const graph = this.newGraph(vectors.dimension);
    graph.initIndex(Math.max(1, vectors.rows), m, efConstruction, seed);
    for await (const block of vectors.blocks()) {
      for (let n = 0; n < block.rows; n++) {
        const row = block.first + n;
        if (row % STEP === 0) {
          progress(row, vectors.rows);
          await setImmediate();
          signal.throwIfAborted();
        }
        graph.addPoint(numbersOf(block, n), row);
      }
    }
    progress(vectors.rows, vectors.rows);
    await mkdir(folder, { recursive: true });
    await graph.writeIndex(join(folder, FILE));
    return ok(undefined);
  }

  async open(vectors: VectorSource, folder: string): Promise<Result<SearchIndex>> {
    const file = join(folder, FILE);
    const graph = this.newGraph(vectors.dimension);
    try {
      if (!existsSync(file)) throw new Error('it is not there');
      await graph.readIndex(file);
      if (graph.getCurrentCount() !== vectors.rows) throw new Error(`it holds ${graph.getCurrentCount()} vectors`);
    } catch (error) {
      const hint = 'Run with --no-cache once, or remove the folder that it is in.';
      return fail('index-damaged', `${file} cannot be used: ${(error as Error).message}`, { hint });
    }
    return ok(new HnswSearch(graph, vectors.rows, this.options));
  }

  private newGraph(dimension: number): HierarchicalNSW {
    return new this.hnswlib.HierarchicalNSW(this.metric, dimension);
  }
}
