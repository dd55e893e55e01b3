import type { GalleryRetrieval, Neighbours, SearchIndex, VectorSource } from '../../../plugins/declare.js';
import { someOf } from '../../../plugins/matrix.js';
import { itemAt, itemsAt } from '../../../protocol/item-at.js';
import { keyOf } from '../../../store/files.js';
import { factsOf, type RunContext, workContext } from '../../context.js';
import { searchingWithCores } from '../../cores.js';
import { withoutNearDuplicates } from '../../figures/near-duplicates.js';
import type { ModelIndex } from '../build-index.js';
import { searchedBy } from '../embed-images.js';
import { cachedNeighbours } from '../find-neighbours.js';
import type { HashedImage, Images } from '../list-images.js';
import type { QueryVersion } from '../query-version.js';
import { inSet, type RowNeighbours, type SetNeighbours, searchOthers } from '../search-others.js';
import type { Retrieved, RetrievedVersion, RetrieveSpec } from './retrieve.js';

/** The engine on this machine: an index of the gallery, by the engine's model. */
export interface GalleryEngine {
  readonly retrieval: GalleryRetrieval;
  readonly gallery: Images;
  readonly index: ModelIndex;
  /** The originals of the queries. */
  readonly set: Images;
  readonly spec: RetrieveSpec;
}

/** Searches the gallery for each version of each query; what was searched before comes from the cache. */
export async function retrieveFromGallery(
  context: RunContext,
  engine: GalleryEngine,
  versions: readonly QueryVersion[],
): Promise<Retrieved> {
  const limit = duplicateLimit(context, engine);
  const opened = new OpenedOnce(engine.index);
  const all: (RetrievedVersion & { cached: boolean })[] = [];
  for (const version of versions) {
    const from = { ...keysOf(engine, limit), queries: keysOfQueries(engine, version) };
    const { neighbours, facts, cached } = await cachedNeighbours(context, from, () =>
      searchingWithCores(context, async () => search(context, engine, version, await opened.get(), limit)),
    );
    all.push({ version, found: neighbours, returned: countsOf(neighbours), merged: facts.merged, cached });
  }
  await opened.close();
  const cached = engine.index.cached && all.every((version) => version.cached);
  const again = (asked: Parameters<NonNullable<Retrieved['again']>>[0]) => searchAgain(context, engine, asked, limit);
  return { spec: engine.spec, searched: engine.gallery, versions: all, cached, again };
}

async function searchAgain(
  context: RunContext,
  engine: GalleryEngine,
  asked: readonly { readonly position: number; readonly place: number }[],
  limit: number | undefined,
): Promise<SetNeighbours> {
  const { embedded, vectors } = engine.index.embeddings;
  const rowOf = new Map(embedded.map((place, row) => [place, row]));
  const version: QueryVersion = {
    name: 'again',
    positions: asked.map(({ position }) => position),
    images: itemsAt(
      engine.gallery.images,
      asked.map(({ place }) => place),
    ),
    vectors: someOf(
      vectors,
      asked.map(({ place }) => rowOf.get(place) as number),
    ),
  };
  const from = { ...keysOf(engine, limit), again: keysOfQueries(engine, version) };
  const { neighbours } = await cachedNeighbours(context, from, () =>
    searchingWithCores(context, async () => {
      const index = await engine.index.open();
      try {
        return await search(context, engine, version, index, limit);
      } finally {
        await index.close();
      }
    }),
  );
  return neighbours;
}

function keysOf({ index, gallery, spec }: GalleryEngine, limit: number | undefined) {
  const images = keyOf(index.embeddings.embedded.map((place) => [place, itemAt(gallery.images, place).id]));
  return { retrieval: 1, index: index.key, images, results: spec.results, limit: limit ?? null };
}

/** The source is part of it, since a query must not find it. */
function keysOfQueries({ set }: GalleryEngine, { positions, images }: QueryVersion): string {
  return keyOf(
    positions.map((position, n) => [
      itemAt(set.images, position).id,
      itemAt(set.images, position).hash,
      itemAt(images, n).hash,
    ]),
  );
}

async function search(
  context: RunContext,
  { gallery, index: source, set, spec }: GalleryEngine,
  version: QueryVersion,
  index: SearchIndex,
  limit: number | undefined,
): Promise<{ neighbours: SetNeighbours; facts: { merged: number } }> {
  const { embedded, vectors } = searchedBy(source.embeddings);
  const images = itemsAt(gallery.images, embedded);
  const sources = version.positions.map((position): HashedImage => itemAt(set.images, position));
  const work = workContext(context, 'retrieve', version.name);
  const found = await searchOthers({ index, images }, version.vectors, sources, spec.results, work);
  const kept = limit === undefined ? found : await merge(found, vectors, limit);
  const merged = totalOf(found) - totalOf(kept);
  return {
    neighbours: inSet(kept, embedded),
    facts: { merged },
  };
}

async function merge(
  { k, ids, distances }: RowNeighbours,
  vectors: VectorSource,
  limit: number,
): Promise<RowNeighbours> {
  const merged = {
    k,
    ids: new Int32Array(ids.length).fill(-1),
    distances: new Float32Array(ids.length).fill(Number.NaN),
  };
  for (let start = 0; start < ids.length; start += k) {
    const rows = [...ids.subarray(start, start + k)].filter((row) => row >= 0);
    const left = new Set(withoutNearDuplicates(await vectors.rowsAt(rows), limit));
    let place = start;
    for (const [n, row] of rows.entries()) {
      if (!left.has(n)) continue;
      merged.ids[place] = row;
      merged.distances[place++] = itemAt(distances, start + n);
    }
  }
  return merged;
}

function totalOf({ ids }: Neighbours): number {
  return ids.reduce((count, row) => count + (row < 0 ? 0 : 1), 0);
}

function countsOf({ ids, k }: Neighbours): number[] {
  return Array.from({ length: ids.length / k }, (_, query) => {
    return ids.subarray(query * k, (query + 1) * k).reduce((count, row) => count + (row < 0 ? 0 : 1), 0);
  });
}

/** The cosine above which results are near-duplicates, where these are to be merged and the model says. */
function duplicateLimit(context: RunContext, { retrieval, index }: GalleryEngine): number | undefined {
  if (!retrieval.deduplicate) return undefined;
  const { model } = index.embeddings;
  const limit = factsOf(context, 'model', model).duplicateCosine;
  if (limit !== undefined) return limit;
  context.warn({
    code: 'duplicates-not-merged',
    message: `${model.name} does not say above which cosine two images are near-duplicates: none are merged`,
    specPath: ['retrieve', 'deduplicate'],
    hint: 'Use an engine model that declares it, or leave `deduplicate` out.',
  });
  return undefined;
}

/** An index that is opened when the first search is not in the cache. */
class OpenedOnce {
  private opened: ReturnType<ModelIndex['open']> | undefined;

  constructor(private readonly index: ModelIndex) {}

  get(): ReturnType<ModelIndex['open']> {
    this.opened ??= this.index.open();
    return this.opened;
  }

  async close(): Promise<void> {
    await (await this.opened)?.close();
  }
}
