import type { IndexUse, NamedUse, PluginUse } from '../../../stages/spec.js';
import { loadPlugin, type RunContext } from '../../context.js';
import { Halt } from '../../halt.js';
import { buildIndex, type ModelIndex } from '../build-index.js';
import { embedImages } from '../embed-images.js';
import { type HashedImage, type ImageSet, type Images, listImages } from '../list-images.js';
import type { QueryVersion } from '../query-version.js';
import type { Retrieved, RetrieveSpec } from './retrieve.js';
import { retrieveFromGallery } from './retrieve-gallery.js';
import { retrieveFromService } from './retrieve-service.js';

export interface RetrievalSources {
  /** The data set, which the queries are from. */
  readonly images: ImageSet;
  /** What is searched instead of it. */
  readonly gallery: PluginUse | undefined;
  /** The engine's model. */
  readonly model: NamedUse;
  /** What searches a gallery of its own. */
  readonly index: IndexUse | undefined;
  /** The data set's index by the engine's model. */
  readonly indexed: ModelIndex | undefined;
  readonly versions: readonly QueryVersion[];
}

/** Asks the engine for what each version of each query finds. */
export async function runRetrieval(
  context: RunContext,
  spec: RetrieveSpec,
  from: RetrievalSources,
): Promise<Retrieved> {
  const engine = await loadPlugin(context, 'retrieval', spec);
  const { images: set, versions } = from;
  if (engine.kind === 'service') return retrieveFromService(context, engine, { set, spec }, versions);
  const { gallery, index } = await searchedBy(context, spec, from);
  return retrieveFromGallery(context, { retrieval: engine, gallery, index, set, spec }, versions);
}

async function searchedBy(
  context: RunContext,
  spec: RetrieveSpec,
  from: RetrievalSources,
): Promise<{ gallery: Images; index: ModelIndex }> {
  if (from.gallery) return indexGallery(context, from.gallery, from, spec.results);
  if (!from.indexed) throw new Error('Retrieval ran before the index that it needs');
  return { gallery: from.images, index: from.indexed };
}

async function indexGallery(
  context: RunContext,
  use: PluginUse,
  { images: set, model, index }: RetrievalSources,
  depth: number,
) {
  const listed = await listImages(context, use, 'gallery');
  const gallery = { images: comparable(context, listed, set) };
  const label = { stage: 'retrieve', label: `gallery, ${model.name}` };
  const embeddings = await embedImages(context, gallery, model, label);
  if (embeddings.embedded.length === 0) throw new Halt(nothingToSearch(model));
  return { gallery, index: await buildIndex(context, index as IndexUse, gallery, embeddings, depth) };
}

/** Where nobody of the data set is in a gallery, what it calls identities is taken for something else: shards, say. */
function comparable(context: RunContext, gallery: ImageSet, set: ImageSet): readonly HashedImage[] {
  const known = [...gallery.perIdentity.keys()];
  if (known.length === 0 || set.perIdentity.size === 0 || known.some((name) => set.perIdentity.has(name))) {
    return gallery.images;
  }
  const [own] = set.perIdentity.keys();
  context.warn({
    code: 'gallery-identities-unknown',
    message: `None of the gallery’s ${known.length} identities (${known[0]}, …) is one of the data set’s (${own}, …): whose its images are is taken as unknown, and there is no precision`,
    specPath: ['gallery'],
    hint: 'Write `identities: none` where its folders or column name no people, or name people alike in both.',
  });
  return gallery.images.map((image) => ({ ...image, identity: null }));
}

function nothingToSearch({ name }: NamedUse) {
  return {
    code: 'gallery-empty',
    message: `The gallery has no image that ${name} can embed: there is nothing to search`,
    specPath: ['gallery'],
    hint: 'Check its root and what is in it; face-recognition embeds photographs with a face only.',
  };
}
