import type { RetrievalService, RetrievedImage } from '../../../plugins/declare.js';
import type { Problem } from '../../../protocol/errors.js';
import { itemAt } from '../../../protocol/item-at.js';
import { type RunContext, workContext } from '../../context.js';
import { vectorAt } from '../../figures/distance.js';
import { unwrap } from '../../halt.js';
import type { HashedImage, Images } from '../list-images.js';
import { isOwn } from '../own-photographs.js';
import type { QueryVersion } from '../query-version.js';
import type { Retrieved, RetrievedVersion, RetrieveSpec } from './retrieve.js';

/** An engine elsewhere, which is asked query by query and keeps its answers itself. */
export async function retrieveFromService(
  context: RunContext,
  service: RetrievalService,
  { set, spec }: { readonly set: Images; readonly spec: RetrieveSpec },
  versions: readonly QueryVersion[],
): Promise<Retrieved> {
  const fetched = new FetchedImages(context);
  const all: RetrievedVersion[] = [];
  try {
    for (const version of versions) all.push(await ask(context, service, fetched, set, version, spec.results));
  } finally {
    await service.close();
  }
  return { spec, searched: fetched, versions: all, cached: false };
}

async function ask(
  context: RunContext,
  service: RetrievalService,
  fetched: FetchedImages,
  set: Images,
  version: QueryVersion,
  k: number,
): Promise<RetrievedVersion> {
  const { signal, progress } = workContext(context, 'retrieve', version.name);
  const options = { results: k, useCache: context.useCache, signal, progress: () => undefined };
  const found = { k, ids: new Int32Array(version.positions.length * k).fill(-1), distances: emptyRow(version, k) };
  const returned: number[] = [];
  for await (const block of version.vectors.blocks()) {
    for (let n = 0; n < block.rows; n++) {
      signal.throwIfAborted();
      const query = block.first + n;
      const sent = { file: itemAt(version.images, query).file, embedding: vectorAt(block, n) };
      const answer = unwrap(await service.search(sent, options));
      const source = itemAt(set.images, itemAt(version.positions, query));
      const { places, similarities, count } = await fetched.take(answer.slice(0, k), source);
      found.ids.set(places, query * k);
      found.distances.set(similarities, query * k);
      returned.push(count);
      progress(query + 1, version.positions.length);
    }
  }
  return { version, found, returned, merged: 0 };
}

function emptyRow({ positions }: QueryVersion, k: number): Float32Array {
  return new Float32Array(positions.length * k).fill(Number.NaN);
}

/** The images that a service gave, each once, whose they are unknown. */
class FetchedImages implements Images {
  readonly images: HashedImage[] = [];
  private readonly places = new Map<string, number>();
  private readonly named = new Set<string>();

  constructor(private readonly context: RunContext) {}

  /** Places of an answer's images without the query's own photograph; those that could not be fetched have none. */
  async take(answer: readonly RetrievedImage[], source: HashedImage) {
    const places: number[] = [];
    const similarities: number[] = [];
    let count = 0;
    for (const { id, image, similarity } of answer) {
      const hash = 'file' in image ? await this.context.files.hash(image.file) : undefined;
      if (isOwn(source, { id, hash: hash ?? '' })) continue;
      count++;
      if ('missing' in image) this.skip(id, image.missing);
      if (!('file' in image) || hash === undefined) continue;
      places.push(this.placeOf({ id, file: image.file, identity: null, hash }));
      similarities.push(similarity);
    }
    return { places, similarities, count };
  }

  /** Names a result without an image once, however often it is found. */
  private skip(id: string, { code, message }: Problem): void {
    if (this.named.has(id)) return;
    this.named.add(id);
    this.context.skip({ id, code, message });
  }

  private placeOf(image: HashedImage): number {
    const name = `${image.hash} ${image.id}`;
    const place = this.places.get(name) ?? this.images.push(image) - 1;
    this.places.set(name, place);
    return place;
  }
}
