import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { missingPermission } from '../experiment/plugin-uses.js';
import { type Knowledge, unknownText, unknownWords } from '../plugins/clip/knowledge.js';
import type { Plugin } from '../plugins/declare.js';
import { loadThumbnailMaker } from '../plugins/images/thumbnails.js';
import { fail, ok, type Result } from '../protocol/errors.js';
import { itemAt } from '../protocol/item-at.js';
import type { RunEvent } from '../protocol/runner.js';
import {
  MOST_CHOICES,
  type Search,
  type SearchAnswer,
  type SearchChoice,
  type SearchIndexFacts,
  type SearchQuery,
} from '../protocol/searching/search.js';
import type { OpenRequest } from '../protocol/searching/search-process.js';
import { factsOf, type RunContext } from '../runner/context.js';
import { Halt } from '../runner/halt.js';
import { openContext, warnOfDamage } from '../runner/open-context.js';
import { readRequested } from '../runner/read-requested.js';
import type { ExperimentSpec } from '../stages/spec.js';
import type { ImageEntries } from './entries.js';
import { openIndices } from './open-indices.js';
import { SearchTimes } from './search-times.js';
import type { ServedIndex } from './served-index.js';
import { SimilarityThresholds } from './similarity-thresholds.js';

/** A larger file is taken for something other than a photograph. */
const LARGEST_BYTES = 64 * 2 ** 20;
/** Pixels of the longer side of the picture that a query is shown by. */
const PICTURE_SIDE = 256;

/** What a query is to an index. */
interface Embedded {
  readonly embedding: Float32Array;
  /** The image's; words have none. */
  readonly bytes?: Uint8Array;
  readonly identity: string | null;
}

/** What the model of an index knows, and whether what is searched is of that kind. */
interface IndexKnowledge {
  readonly knows: Knowledge;
  readonly isOfItsImages: boolean;
}

/** An experiment's images, searched by words, by an image or by one of themselves. */
export class ImageSearch {
  private constructor(
    private readonly served: ReadonlyMap<string, ServedIndex<ImageEntries>>,
    readonly indices: readonly SearchIndexFacts[],
    private readonly thresholds: SimilarityThresholds | undefined,
    /** By index, of models that know images of one kind alone. */
    private readonly knowledge: ReadonlyMap<string, IndexKnowledge>,
  ) {}

  /** Embeds what is not in the cache. Throws a `Halt` with the problem where the images cannot be searched. */
  static async open(
    request: OpenRequest,
    plugins: readonly Plugin[],
    emit: (event: RunEvent) => void,
    signal: AbortSignal,
  ): Promise<ImageSearch> {
    const spec = readRequested(request, plugins);
    const { dataset, gallery, embed, index } = spec;
    const forbidden = missingPermission({ dataset, gallery, embed, index }, plugins, request.allow);
    if (forbidden) throw new Halt(forbidden);
    const { home, threads, device } = request;
    const given = { plugins, home, threads, device, signal, emit, skip: () => undefined };
    warnOfDamage((problem) => emit({ type: 'warning', problem }));
    const context = await openContext({ ...given, folder: home, useCache: true });
    const served = await openIndices(context, spec, new SearchTimes());
    const thresholds = await SimilarityThresholds.measure(context, spec);
    const byName = new Map(served.map((index) => [index.facts.name, index]));
    return new ImageSearch(byName, indexFacts(context, spec, served), thresholds, indexKnowledge(context, spec));
  }

  /** The first image of each of some people, evenly from the first to the last; of those whom nobody names, any. */
  choices(): SearchChoice[] {
    const [index] = this.served.values();
    const firsts = new Map<string, SearchChoice>();
    for (const { id, identity, file } of index?.entries.images ?? []) {
      const person = identity ?? `${id} of nobody`;
      if (!firsts.has(person)) firsts.set(person, { id, identity, file });
    }
    const people = [...firsts.values()];
    const some = Math.min(people.length, MOST_CHOICES);
    return Array.from({ length: some }, (_, n) => itemAt(people, Math.floor((n * people.length) / some)));
  }

  /** Problems: `index-unknown`, `result-unknown`, `image-unreadable`, `text-unsupported`, those of the model. */
  async search(search: Search): Promise<Result<SearchAnswer>> {
    const begun = performance.now();
    const index = this.served.get(search.index);
    if (!index) return fail('index-unknown', `There is no index named ${search.index}`, { hint: this.others() });
    const query = await this.embed(search.query, index);
    if (!query.ok) return query;
    const { bytes, identity } = query.value;
    const hash = bytes && createHash('sha256').update(bytes).digest('hex');
    const copies = hash === undefined ? new Set<number>() : index.entries.copiesOf(hash);
    const found = await index.search(query.value.embedding, search.results, search.deduplicate, copies);
    if (!found.ok) return found;
    const hits = found.value.map(({ row, similarity }) => {
      const { id, identity, file } = itemAt(index.entries.images, row);
      return { id, identity, file, similarity };
    });
    const seconds = (performance.now() - begun) / 1000;
    const about = await this.about(search.index, bytes, hash);
    const doubt = this.doubtOf(search, copies.size > 0);
    return ok({ search, hits, copies: copies.size, identity, seconds, doubt, ...about });
  }

  private async embed(query: SearchQuery, index: ServedIndex<ImageEntries>): Promise<Result<Embedded>> {
    if (query.by === 'words') {
      const words = await index.encoder.words(query.text);
      if (words.ok) return ok({ embedding: words.value, identity: null });
      return words.problem.code === 'text-unsupported' ? this.withoutWords(index.facts.name) : words;
    }
    if (query.by === 'result') return this.fromIndex(query.id, index);
    const bytes = await readImage(query.file);
    if (!bytes.ok) return bytes;
    const image = await index.encoder.image(bytes.value);
    return image.ok ? ok({ embedding: image.value, bytes: bytes.value, identity: null }) : image;
  }

  private async fromIndex(id: string, index: ServedIndex<ImageEntries>): Promise<Result<Embedded>> {
    const row = index.entries.rowOf(id);
    if (row === undefined) {
      const hint = 'Search by it with a model that can embed it; face-recognition needs a face.';
      return fail('result-unknown', `The index of ${index.facts.name} has no image ${id}`, { hint });
    }
    const { file, identity } = itemAt(index.entries.images, row);
    const bytes = await readImage(file);
    return ok({ embedding: index.embeddingOf(row), identity, ...(bytes.ok ? { bytes: bytes.value } : {}) });
  }

  /** How a query is shown, and where its threshold cuts: words are on another scale than images. */
  private async about(
    index: string,
    bytes: Uint8Array | undefined,
    hash: string | undefined,
  ): Promise<Pick<SearchAnswer, 'picture' | 'threshold'>> {
    if (!bytes || hash === undefined) return { picture: null, threshold: null };
    const picture = await (await loadThumbnailMaker())(bytes, PICTURE_SIDE, 'webp');
    const threshold = this.thresholds?.model === index ? this.thresholds.of(hash) : null;
    return { picture: picture.ok ? picture.value : null, threshold };
  }

  /** Why an answer means less than it looks, of a model that knows images and words of one kind alone. */
  private doubtOf({ query, index }: Search, isOneOfThem: boolean): string | null {
    const known = this.knowledge.get(index);
    if (!known) return null;
    const { knows, isOfItsImages } = known;
    if (!isOfItsImages) return `${index} knows ${knows.images} alone: what it finds here means nothing.`;
    if (query.by === 'image') {
      return isOneOfThem ? null : `${index} knows ${knows.images} alone: what it finds by a photograph means nothing.`;
    }
    const unknown = query.by === 'words' ? unknownWords(query.text, knows) : [];
    if (unknown.length === 0) return null;
    return `${index} does not know ${unknownText(unknown)}: it knows words of faces alone, and what it finds by others means nothing.`;
  }

  private withoutWords(name: string): Result<never> {
    const taking = this.indices.filter(({ words }) => words).map((index) => index.name);
    const hint =
      taking.length > 0
        ? `Choose ${taking.join(' or ')}, which takes words, or search by an image.`
        : 'Add a CLIP model to `embed.models`, such as clip-vit-b-32, or search by an image.';
    return fail('text-unsupported', `${name} embeds images alone: words cannot be searched for`, { hint });
  }

  private others(): string {
    return `There are ${[...this.served.keys()].join(', ')}.`;
  }
}

function indexFacts(context: RunContext, spec: ExperimentSpec, served: readonly ServedIndex[]): SearchIndexFacts[] {
  return served.map(({ facts, deduplicates }, n) => {
    const model = spec.embed?.models[n];
    const words = model !== undefined && factsOf(context, 'model', model).words === true;
    return { ...facts, words, deduplicates };
  });
}

function indexKnowledge(context: RunContext, { dataset, gallery, embed }: ExperimentSpec): Map<string, IndexKnowledge> {
  const searched = gallery ?? dataset;
  const models = (embed?.models ?? []).flatMap((model) => {
    const { knows } = factsOf(context, 'model', model);
    // A subset may be of any data set.
    const isOfItsImages = searched.use === knows?.dataset || searched.use === 'subset';
    return knows ? [[model.name, { knows, isOfItsImages }] as const] : [];
  });
  return new Map(models);
}

async function readImage(file: string): Promise<Result<Uint8Array>> {
  try {
    const { size } = await stat(file);
    if (size <= LARGEST_BYTES) return ok(await readFile(file));
    return fail('image-unreadable', `${file} has ${size} bytes, more than a photograph`, { hint: 'Choose an image.' });
  } catch (error) {
    const hint = 'Choose a file that is there and that you may read.';
    return fail('image-unreadable', `${file}: ${(error as Error).message}`, { hint });
  }
}
