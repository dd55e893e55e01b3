import type { IndexUse, PluginUse } from '../../experiment/types.js';
import type { IndexEngine, Matrix, SearchIndex } from '../../plugins/declare.js';
import { selectRows } from '../../plugins/matrix.js';
import type { Results } from '../../protocol/results.js';
import { readSeal, sealFolder } from '../../store/cache/seal.js';
import { keyOf } from '../../store/files.js';
import { loadPlugin, type RunContext, workContext } from '../context.js';
import { withCores } from '../cores.js';
import { recallAgainst } from '../figures/recall.js';
import { unwrap } from '../halt.js';
import { pluginKey } from '../model-key.js';
import { drawIndices } from '../random.js';
import type { ModelEmbeddings } from './embed-images.js';
import type { Images } from './list-images.js';

/** The plugin that finds true neighbours, which others are measured against. */
export const EXACT: PluginUse = { use: 'flat', params: {} };
/** Recall is measured on so many queries, drawn by this seed, at this depth. */
const RECALL_SAMPLE = { queries: 1000, seed: 1, k: 10 };

interface IndexFacts {
  readonly recall: number | null;
}
export type IndexResult = NonNullable<Results['index']>[number];

/** One model's index, on disk. */
export interface ModelIndex {
  readonly embeddings: ModelEmbeddings;
  /** The cache key: of the index with its parameters over these vectors in this order. */
  readonly key: string;
  readonly cached: boolean;
  readonly result: IndexResult;
  /** Gives the index with the vectors that it was built from. */
  open(): Promise<{ index: SearchIndex; vectors: Matrix }>;
}

/** Builds a model's index unless the cache has it; of an approximate one the recall is measured once. */
export async function buildIndex(
  context: RunContext,
  use: IndexUse,
  set: Images,
  embeddings: ModelEmbeddings,
): Promise<ModelIndex> {
  const vectors = keyOf(embeddings.embedded.map((position) => set.images[position].hash));
  const key = keyOf({ index: await pluginKey(context, 'index', use), model: embeddings.key, vectors });
  const folder = context.cache.of('indexes', key);
  const engine = await loadPlugin(context, 'index', use);
  const known = context.useCache ? await readSeal<IndexFacts>(folder) : undefined;
  const recall = known ? known.recall : await build(context, use, engine, embeddings, folder);
  return {
    embeddings,
    key,
    cached: known !== undefined,
    result: { model: embeddings.model.name, use: use.use, vectors: embeddings.embedded.length, recall },
    async open() {
      const matrix = await embeddings.gather();
      return { index: unwrap(await engine.open(matrix, folder)), vectors: matrix };
    },
  };
}

async function build(
  context: RunContext,
  use: IndexUse,
  engine: IndexEngine,
  embeddings: ModelEmbeddings,
  folder: string,
): Promise<number | null> {
  const vectors = await embeddings.gather();
  const work = workContext(context, 'index', embeddings.model.name);
  unwrap(await withCores(context, () => engine.build(vectors, folder, work)));
  const recall = use.use === EXACT.use ? null : await measureRecall(context, engine, use, vectors, folder);
  await sealFolder(folder, { recall } satisfies IndexFacts);
  return recall;
}

async function measureRecall(
  context: RunContext,
  engine: IndexEngine,
  use: IndexUse,
  vectors: Matrix,
  folder: string,
): Promise<number> {
  const exact = await loadPlugin(context, 'index', { ...EXACT, params: { metric: use.metric } });
  const rows = drawIndices(vectors.rows, RECALL_SAMPLE.queries, RECALL_SAMPLE.seed);
  const search = async (from: IndexEngine) => {
    const index = unwrap(await from.open(vectors, folder));
    const work = workContext(context, 'index', 'recall');
    const found = await index.search(selectRows(vectors, rows), { ...work, k: RECALL_SAMPLE.k });
    await index.close();
    return found;
  };
  return withCores(context, async () => recallAgainst(await search(exact), await search(engine)));
}
