import { itemsAt } from '../../protocol/item-at.js';
import { type FaceMap, type MapMethod, MOST_POINTS, VERDICTS } from '../../protocol/runs/explore/face-map.js';
import { unwrap } from '../../runner/halt.js';
import { ORIGINAL } from '../../runner/stages/query-version.js';
import { drawn } from './hardest-pairs.js';
import { type JudgedQuery, judgedQueries } from './judged-queries.js';
import type { Kept, KeptImage } from './kept-vectors.js';
import { peopleOf } from './people.js';
import { principalAxes, projected } from './principal-axes.js';
import type { Tell } from './progress.js';
import { umapOf } from './umap.js';

/** Points that UMAP lays out: the library takes some 70 kB each, and minutes for these. */
const MOST_BY_UMAP = 15_000;
/** Places are told to so many parts of the map’s width. */
const STEPS = 20_000;

interface Point {
  readonly image: KeptImage;
  readonly hash: string;
  /** Number of its version, from 0 for the photograph as it is. */
  readonly version: number;
  readonly verdict: number;
}

/** The embeddings of one model in two dimensions: photographs, and what perturbations and countermeasures made of them. */
export async function mapFaces(
  runFolder: string,
  { model, method }: { readonly model: string; readonly method: MapMethod },
  kept: Kept,
  tell: Tell,
): Promise<FaceMap> {
  const queries = await queriesByPlace(runFolder, kept);
  const versions = versionsOf(queries.values(), kept);
  const rows = drawn([...kept.images.keys()], shownImages(method, kept.images.length, versions.length * queries.size));
  const images = itemsAt(kept.images, rows);
  const points = pointsOf(images, queries, { versions, kept, model });
  const vectors = await kept.read(points.map(({ hash }) => hash));
  const originals = {
    ...vectors,
    rows: images.length,
    data: vectors.data.subarray(0, images.length * vectors.dimension),
  };
  const axes = principalAxes(originals);
  const places = projected(vectors, axes);
  const [x, y] = method === 'pca' ? places : unwrap(await umapOf(vectors, places, tell));
  const { names, person } = peopleOf(points.map(({ image }) => image));
  return {
    ...{ model, method, versions, people: names, person: [...person] },
    considered: {
      ...{ images: images.length, noEmbedding: kept.noEmbedding, missing: kept.missing },
      leftOut: kept.images.length - images.length,
    },
    explained: method === 'pca' ? [...axes.explained] : null,
    axesOf: method === 'pca' ? axes.rows : null,
    ...inOneScale(x, y),
    place: points.map(({ image }) => image.place),
    version: points.map(({ version }) => version),
    verdict: points.map(({ verdict }) => verdict),
  };
}

/** The queries by the places of their photographs, which stand before those of a gallery. */
async function queriesByPlace(runFolder: string, { images }: Kept): Promise<Map<number, JudgedQuery>> {
  const placeOf = new Map(images.toReversed().map(({ id, place }) => [id, place]));
  const queries = new Map<number, JudgedQuery>();
  for await (const query of judgedQueries(runFolder)) {
    const place = placeOf.get(query.id);
    if (place !== undefined) queries.set(place, query);
  }
  return queries;
}

/** In the order in which queries name them: those of which an embedding is kept. */
function versionsOf(queries: Iterable<JudgedQuery>, kept: Kept): string[] {
  const versions = new Set<string>();
  for (const { models } of queries) {
    for (const parts of Object.values(models)) {
      for (const [version, { hash }] of Object.entries(parts)) {
        if (version !== ORIGINAL && typeof hash === 'string' && kept.has(hash)) versions.add(version);
      }
    }
  }
  return [...versions];
}

/** So many photographs that, with their versions, of which there may be so many, there are not more points than a method lays out. */
export function shownImages(method: MapMethod, images: number, versions: number): number {
  const most = method === 'umap' ? MOST_BY_UMAP : MOST_POINTS;
  return Math.floor(most / (1 + versions / images));
}

interface Versions {
  readonly versions: readonly string[];
  readonly kept: Kept;
  readonly model: string;
}

function pointsOf(
  images: readonly KeptImage[],
  queries: ReadonlyMap<number, JudgedQuery>,
  { versions, kept, model }: Versions,
): Point[] {
  const verdictOf = (query: JudgedQuery | undefined, version: string) => {
    const hit = query?.models[model]?.[version]?.hits?.[1];
    return VERDICTS.indexOf(hit === undefined ? 'unknown' : hit ? 'recognised' : 'not recognised');
  };
  const originals = images.map((image): Point => {
    return { image, hash: image.hash, version: 0, verdict: verdictOf(queries.get(image.place), ORIGINAL) };
  });
  const changed = versions.flatMap((version, n) =>
    images.flatMap((image): Point[] => {
      const query = queries.get(image.place);
      // Whichever model's record names the photograph: it is one for all of them.
      const hash = Object.values(query?.models ?? {}).find((parts) => parts[version]?.hash)?.[version]?.hash;
      if (!hash || !kept.has(hash)) return [];
      return [{ image, hash, version: n + 1, verdict: verdictOf(query, version) }];
    }),
  );
  return [...originals, ...changed];
}

/** From −1 to 1 along the wider axis, the middle of either at 0. */
function inOneScale(x: Float64Array, y: Float64Array): { x: number[]; y: number[] } {
  const [left, right] = endsOf(x);
  const [low, high] = endsOf(y);
  const half = Math.max(right - left, high - low) / 2 || 1;
  const along = (values: Float64Array, middle: number) =>
    Array.from(values, (value) => Math.round((STEPS / 2) * ((value - middle) / half)) / (STEPS / 2));
  return { x: along(x, (left + right) / 2), y: along(y, (low + high) / 2) };
}

function endsOf(values: Float64Array): readonly [least: number, most: number] {
  return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
}
