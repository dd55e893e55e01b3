import type { IndexBuilder, SearchIndex } from '../../plugins/declare.js';
import { someOf } from '../../plugins/matrix.js';
import { itemAt, itemsAt } from '../../protocol/item-at.js';
import type { Results } from '../../protocol/results.js';
import type { IndexUse, PluginUse } from '../../stages/spec.js';
import { cachedFacts } from '../../store/cache/cached-facts.js';
import { readSeal, sealFolder } from '../../store/cache/seal.js';
import { keyOf } from '../../store/files.js';
import { loadPlugin, type RunContext, workContext } from '../context.js';
import { withCores } from '../cores.js';
import { recallAgainst } from '../figures/recall.js';
import { unwrap } from '../halt.js';
import { pluginKey } from '../model-key.js';
import { drawIndices } from '../random.js';
import { SearchElsewhere } from '../shards/search-elsewhere.js';
import { type ModelEmbeddings, searchedBy } from './embed-images.js';
import type { Images } from './list-images.js';
import { searchOthers } from './search-others.js';

/** The plugin that finds true neighbours, which others are measured against. */
export const EXACT: PluginUse = { use: 'flat', params: {} };
/** Recall is measured on so many queries, drawn by this seed. */
const RECALL_SAMPLE = { queries: 1000, seed: 1 };

export type IndexResult = NonNullable<Results['index']>[number];

/** One model's index, on disk. */
export interface ModelIndex {
  readonly embeddings: ModelEmbeddings;
  /** The cache key: of the index with its parameters over these vectors in this order. */
  readonly key: string;
  readonly cached: boolean;
  readonly result: IndexResult;
  /** Opens it over what `embeddings` is searched by, from which it was built. */
  open(): Promise<SearchIndex>;
}

/**
 * Builds a model's index unless the cache has it. Of an approximate one the recall at `depth` is measured, once: the
 * number of neighbours that the run asks it for; where none is given nobody asks how good it is.
 */
export async function buildIndex(
  context: RunContext,
  use: IndexUse,
  set: Images,
  embeddings: ModelEmbeddings,
  depth?: number,
): Promise<ModelIndex> {
  const searched = searchedBy(embeddings);
  const vectors = keyOf(searched.embedded.map((position) => itemAt(set.images, position).hash));
  const key = keyOf({ index: await pluginKey(context, 'index', use), model: embeddings.key, vectors });
  const folder = context.cache.of('indexes', key);
  const builder = await loadPlugin(context, 'index', use);
  const sealed = context.useCache && (await readSeal(folder)) !== undefined;
  const cached = sealed && (!builder.isBuilt || unwrap(await builder.isBuilt(searched.vectors, folder)));
  if (!cached) await build(context, builder, embeddings, folder);
  const asked = use.use === EXACT.use ? undefined : depth;
  const recall =
    asked === undefined ? undefined : await recallAt(context, asked, { use, builder, set, embeddings, folder, key });
  return {
    embeddings,
    key,
    cached: cached && (recall?.cached ?? true),
    result: {
      model: embeddings.model.name,
      use: use.use,
      vectors: searched.embedded.length,
      recall: recall?.value ?? null,
      recallAt: asked ?? null,
    },
    open: async () => {
      const open = async () => unwrap(await builder.open(searched.vectors, folder));
      const { executor, cache } = context;
      if (!executor) return open();
      const { vectors } = searched;
      const from = { use, builder, vectors, model: embeddings.model.name, folder: cache.of('searches', key), open };
      return new SearchElsewhere(context, executor, from);
    },
  };
}

async function build(context: RunContext, builder: IndexBuilder, embeddings: ModelEmbeddings, folder: string) {
  const work = workContext(context, 'index', embeddings.model.name);
  unwrap(await withCores(context, () => builder.build(searchedBy(embeddings).vectors, folder, work)));
  await sealFolder(folder, {});
}

interface BuiltIndex {
  readonly use: IndexUse;
  readonly builder: IndexBuilder;
  readonly set: Images;
  readonly embeddings: ModelEmbeddings;
  readonly folder: string;
  readonly key: string;
}

/** The share of the true `k` nearest others of a sample of the vectors that the index finds; a copy of an image is none. */
function recallAt(context: RunContext, k: number, { use, builder, set, embeddings, folder, key }: BuiltIndex) {
  return cachedFacts(context, 'recall', { leftOut: 'copies', index: key, k, ...RECALL_SAMPLE }, async () => {
    const { vectors, embedded } = searchedBy(embeddings);
    const images = itemsAt(set.images, embedded);
    const exact = await loadPlugin(context, 'index', { ...EXACT, params: { metric: use.metric } });
    const rows = drawIndices(vectors.rows, RECALL_SAMPLE.queries, RECALL_SAMPLE.seed);
    const search = async (from: IndexBuilder) => {
      const index = unwrap(await from.open(vectors, folder));
      const work = workContext(context, 'index', 'recall');
      const found = await searchOthers({ index, images }, someOf(vectors, rows), itemsAt(images, rows), k, work);
      await index.close();
      return found;
    };
    return withCores(context, async () =>
      recallAgainst(await search(exact), await search(builder), (row) => itemAt(images, row).hash),
    );
  });
}
