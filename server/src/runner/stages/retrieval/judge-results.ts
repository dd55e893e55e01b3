import type { VectorSource } from '../../../plugins/declare.js';
import { rowsIn } from '../../../plugins/matrix.js';
import { itemAt, itemsAt } from '../../../protocol/item-at.js';
import { type ControlCount, controlOf } from '../../figures/control.js';
import { distanceBetween, vectorAt } from '../../figures/distance.js';
import type { JudgedQuery, ValidResults } from '../../figures/robustness.js';
import { type ModelEmbeddings, searchedBy } from '../embed-images.js';
import type { Images } from '../list-images.js';
import type { Thresholds } from '../measuring/measure-thresholds.js';
import { isOwn, ownRows } from '../own-photographs.js';
import type { Retrieved, RetrievedVersion } from './retrieve.js';

export interface JudgingSources {
  /** The data set, of which the queries are positions. */
  readonly set: Images;
  readonly queries: readonly number[];
  readonly thresholds: Thresholds;
  readonly retrieved: Retrieved;
  /** By the judging model, the paper's g: of the data set, and of what was searched. */
  readonly originals: ModelEmbeddings;
  readonly results: FoundEmbeddings;
  /** By perturbation: positions of the queries whose face the judging model finds again. */
  readonly faces: ReadonlyMap<string, ReadonlySet<number>>;
}

/** Embeddings of the images that were found, by the judging model. */
export interface FoundEmbeddings {
  /** Place in `Retrieved.searched` of each image that was embedded. */
  readonly places: readonly number[];
  readonly embeddings: ModelEmbeddings;
}

/** The images that any search found. */
export function foundPlaces({ versions }: Retrieved): number[] {
  const places = new Set(versions.flatMap(({ found }) => [...new Set(found.ids)]));
  places.delete(-1);
  return [...places].sort((a, b) => a - b);
}

/**
 * Judges what each version of each query retrieved: a result is valid when its embedding lies within the original
 * query's own threshold of the original query's embedding (paper §2.2), whatever version found it.
 */
export async function judgeResults(
  from: JudgingSources,
  checkpoint?: (done: number) => Promise<void>,
): Promise<JudgedQuery[]> {
  const judge = new Judge(from);
  const versions = from.retrieved.versions.map((version) => new FoundByQuery(version));
  const [original, ...perturbed] = versions;
  if (!original) throw new Error('Nothing was searched for');
  const controls = await judge.controls(original, checkpoint);
  const unjudged = Object.fromEntries(perturbed.map(({ name }) => [name, null]));
  const judgeOne = (position: number): JudgedQuery => {
    const { identity } = itemAt(from.set.images, position);
    if (!judge.knows(position)) return { identity, original: null, perturbed: unjudged, control: null };
    const valid = (version: FoundByQuery) => {
      const places = version.placesOf(position);
      return places && judge.validOf(position, places, version === original ? places.length : 1);
    };
    return {
      identity,
      original: valid(original),
      perturbed: Object.fromEntries(
        perturbed.map((version) => [version.name, from.faces.get(version.name)?.has(position) ? valid(version) : null]),
      ),
      control: controls.get(position) ?? null,
    };
  };
  const judged: JudgedQuery[] = [];
  const most = queriesAtOnce(from);
  for (let start = 0; start < from.queries.length; start += most) {
    const some = from.queries.slice(start, start + most);
    const found = some.flatMap((position) => versions.flatMap((version) => version.placesOf(position) ?? []));
    await judge.hold(some, found);
    judged.push(...some.map(judgeOne));
  }
  return judged;
}

/** Of so many queries, what all versions of them find is held at once. */
function queriesAtOnce({ retrieved, results }: JudgingSources): number {
  const most = retrieved.versions.reduce((sum, { found }) => sum + found.k, 0);
  return Math.min(10_000, Math.max(1, Math.floor(rowsIn(results.embeddings.vectors.dimension) / most)));
}

/** What was found, by the query's position. */
export class FoundByQuery {
  readonly name: string;
  private readonly rows: Map<number, number>;

  constructor(private readonly retrieved: RetrievedVersion) {
    this.name = retrieved.version.name;
    this.rows = new Map(retrieved.version.positions.map((position, row) => [position, row]));
  }

  /** Places of the results; null where the version of this query was not searched. */
  placesOf(position: number): number[] | null {
    const row = this.rows.get(position);
    if (row === undefined) return null;
    const { ids, k } = this.retrieved.found;
    return [...ids.subarray(row * k, (row + 1) * k)].filter((place) => place >= 0);
  }

  /** Positions of the queries that were searched for. */
  get positions(): readonly number[] {
    return [...this.rows.keys()];
  }
}

/** Says of places whether they are valid for a query. */
export class Judge {
  private readonly originalRows: ReadonlyMap<number, readonly number[]>;
  private readonly resultRows: Map<number, number[]>;
  /** By position: the queries that are judged now. */
  private originals: ReadonlyMap<number, Float32Array> = new Map();
  /** By place: the faces of what they found. */
  private results: ReadonlyMap<number, readonly Float32Array[]> = new Map();

  constructor(private readonly from: JudgingSources) {
    const { places, embeddings } = from.results;
    this.originalRows = new Map(from.originals.embedded.map((position, row) => [position, [row]]));
    this.resultRows = new Map();
    for (const [row, n] of searchedBy(embeddings).embedded.entries()) {
      const place = itemAt(places, n);
      const faces = this.resultRows.get(place);
      if (faces) faces.push(row);
      else this.resultRows.set(place, [row]);
    }
  }

  /** Reads the embeddings of queries, and of what was found for them, in place of those that were held before. */
  async hold(positions: readonly number[], places: readonly number[]): Promise<void> {
    const own = await vectorsOf(this.from.originals.vectors, this.originalRows, positions);
    this.originals = new Map([...own].map(([position, [vector]]) => [position, vector as Float32Array]));
    this.results = await vectorsOf(searchedBy(this.from.results.embeddings).vectors, this.resultRows, places);
  }

  /** Whether a query can be judged at all: it has an embedding and a threshold. */
  knows(position: number): boolean {
    return this.originalRows.has(position) && this.from.thresholds.of.has(position);
  }

  /** The query's own photograph is no result, whoever found it. Of the least distances, `most` are kept in full. */
  validOf(position: number, places: readonly number[], most = 1): ValidResults {
    const { set, retrieved, thresholds } = this.from;
    const source = itemAt(set.images, position);
    const threshold = thresholds.of.get(position) as number;
    const found = places.map((place, rank) => {
      const image = itemAt(retrieved.searched.images, place);
      return { rank, image, distance: isOwn(source, image) ? null : this.distanceTo(position, place) };
    });
    const near = found.filter(({ distance }) => distance !== null && distance <= threshold);
    const labelled = source.identity === null ? [] : near.filter(({ image }) => image.identity !== null);
    const right = labelled.filter(({ image }) => image.identity === source.identity);
    const validAt = near.map(({ rank }) => rank);
    const judgedDistances = found.map(({ distance }) => distance && Number(distance.toPrecision(7)));
    const ascending = found.flatMap(({ distance }) => distance ?? []).sort((a, b) => a - b);
    const nearest = ascending.slice(0, most);
    return { valid: near.length, validAt, judgedDistances, nearest, labelled: labelled.length, right: right.length };
  }

  /** By the position of each query that can be judged: what all the others find by their own photographs. */
  async controls(
    original: FoundByQuery,
    checkpoint?: (done: number) => Promise<void>,
  ): Promise<Map<number, ControlCount | null>> {
    const { set, queries, thresholds, retrieved, originals } = this.from;
    const known = queries.filter((position) => this.knows(position));
    const vectors = await vectorsOf(originals.vectors, this.originalRows, known);
    const own = ownRows(retrieved.searched.images, itemsAt(set.images, known));
    const asked = known.map((position, n) => {
      const image = itemAt(set.images, position);
      return {
        identity: image.identity,
        vector: vectors.get(position)?.[0] as Float32Array,
        threshold: thresholds.of.get(position) as number,
        own: new Set(itemAt(own, n)),
      };
    });
    const strangers = original.positions.map((position) => {
      return { identity: itemAt(set.images, position).identity, found: original.placesOf(position) ?? [] };
    });
    const found = this.foundBy(strangers.flatMap((stranger) => stranger.found));
    const counts = await controlOf(asked, strangers, found, thresholds.spec.unit, checkpoint);
    return new Map(known.map((position, n) => [position, itemAt(counts, n)]));
  }

  /** Every face of some results, as often as they are walked through. */
  private foundBy(all: readonly number[]) {
    const { vectors } = searchedBy(this.from.results.embeddings);
    const faces = [...new Set(all)].flatMap((place) =>
      (this.resultRows.get(place) ?? []).map((row) => ({ place, row })),
    );
    faces.sort((a, b) => a.place - b.place);
    const places = faces.map(({ place }) => place);
    const rows = faces.map(({ row }) => row);
    const step = rowsIn(vectors.dimension);
    return {
      async *blocks() {
        for (let start = 0; start < rows.length; start += step) {
          const some = rows.slice(start, start + step);
          yield { places: places.slice(start, start + step), vectors: await vectors.rowsAt(some) };
        }
      },
    };
  }

  /** To the nearest face; null where there is none. */
  private distanceTo(position: number, place: number): number | null {
    const [own, faces] = [this.originals.get(position), this.results.get(place)];
    if (own === undefined || faces === undefined) return null;
    const { unit } = this.from.thresholds.spec;
    return Math.min(...faces.map((face) => distanceBetween(own, face, unit)));
  }
}

/** All rows of those that have an embedding. */
async function vectorsOf(
  vectors: VectorSource,
  rowsOf: ReadonlyMap<number, readonly number[]>,
  wanted: readonly number[],
): Promise<Map<number, Float32Array[]>> {
  const names = [...new Set(wanted)].filter((name) => rowsOf.has(name)).sort((a, b) => a - b);
  const rows = names.flatMap((name) => rowsOf.get(name) ?? []);
  const read = await vectors.rowsAt(rows);
  let next = 0;
  return new Map(names.map((name) => [name, (rowsOf.get(name) ?? []).map(() => vectorAt(read, next++))]));
}
