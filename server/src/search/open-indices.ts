import { inMemory, wholeOf } from '../plugins/matrix.js';
import { readModelHeader } from '../plugins/model-header.js';
import { itemsAt } from '../protocol/item-at.js';
import { pluginFor, type RunContext } from '../runner/context.js';
import { Halt } from '../runner/halt.js';
import { LazyModel } from '../runner/lazy-model.js';
import { buildIndex, EXACT } from '../runner/stages/build-index.js';
import { embedImages, searchedBy } from '../runner/stages/embed-images.js';
import { type Images, listImages } from '../runner/stages/list-images.js';
import type { ExperimentSpec, IndexUse, NamedUse } from '../stages/spec.js';
import { ImageEntries } from './entries.js';
import { onUnitSphere } from './normalised.js';
import { QueryEncoder } from './query-encoder.js';
import type { SearchTimes } from './search-times.js';
import { ServedIndex } from './served-index.js';

/** Of unit vectors the inner product is the cosine. */
const COSINE: IndexUse = { use: EXACT.use, params: { metric: 'ip' }, metric: 'ip' };

/** An index for each model of an experiment, over its gallery, or its data set where it has none. */
export async function openIndices(
  context: RunContext,
  spec: ExperimentSpec,
  times: SearchTimes,
): Promise<ServedIndex<ImageEntries>[]> {
  const models = spec.embed?.models ?? [];
  if (models.length === 0) throw new Halt(nothingEmbeds(spec));
  const { gallery, dataset } = spec;
  const images = gallery ? await listImages(context, gallery, 'gallery') : await listImages(context, dataset);
  const opened: ServedIndex<ImageEntries>[] = [];
  for (const model of models) opened.push(await openIndex(context, images, model, spec.index ?? COSINE, times));
  return opened;
}

async function openIndex(
  context: RunContext,
  set: Images,
  model: NamedUse,
  use: IndexUse,
  times: SearchTimes,
): Promise<ServedIndex<ImageEntries>> {
  const embedded = onUnitSphere(await embedImages(context, set, model));
  if (embedded.embedded.length === 0) throw new Halt(nothingToSearch(model));
  // What answers for hours holds its vectors: with the index, that would else read them for itself.
  const { faces } = embedded;
  const vectors = await wholeOf(searchedBy(embedded).vectors);
  const held = inMemory(vectors);
  const embeddings = faces ? { ...embedded, faces: { ...faces, vectors: held } } : { ...embedded, vectors: held };
  const index = await (await buildIndex(context, use, set, embeddings)).open();
  const rowOf = new Map(embedded.embedded.map((position, row) => [position, row]));
  return new ServedIndex({
    name: model.name,
    entries: new ImageEntries(itemsAt(set.images, embeddings.embedded)),
    vectors,
    shows: faces?.embedded.map((position) => rowOf.get(position) as number),
    index,
    duplicateCosine: duplicateCosine(context, model),
    encoder: new QueryEncoder(model.name, new LazyModel(context, model), times),
    times,
  });
}

function duplicateCosine(context: RunContext, { name, use, params }: NamedUse): number | undefined {
  const limit = pluginFor(context, 'model', use).describe?.(params, readModelHeader).duplicateCosine;
  if (limit === undefined) {
    context.warn({
      code: 'duplicates-not-merged',
      message: `${name} does not say above which cosine two images are near-duplicates: \`deduplicate\` merges none`,
    });
  }
  return limit;
}

export function nothingEmbeds({ name }: ExperimentSpec) {
  const hint = 'Add `embed: {models: […]}`: each of its models becomes an index.';
  return { code: 'serve-no-model', message: `${name} embeds with no model: there is nothing to serve`, hint };
}

export function nothingToSearch({ name }: NamedUse) {
  return {
    code: 'gallery-empty',
    message: `There is no image that ${name} can embed: there is nothing to search`,
    hint: 'Check the root and what is in it; face-recognition embeds photographs with a face only.',
  };
}
