import pMap from 'p-map';
import type {
  Matrix,
  Metric,
  Neighbours,
  SearchIndex,
  SearchOptions,
  VectorSource,
} from '../../../../plugins/declare.js';
import { rowsBetween } from '../../../../plugins/matrix.js';
import { ProblemError } from '../../../../protocol/errors.js';
import { distanceOf, shownDistance } from '../../distances.js';
import { squaredNorms } from '../../norms.js';
import type { Database, Session } from './database.js';
import { type LoadedGeneration, OPERATORS, vectorText } from './generation.js';

/** Queries that one statement asks for. */
const BATCH = 16;
/** So many more neighbours are asked for than are wanted: their order is pgvector's, whose distances are sums in float32. */
const MARGIN = 16;
/** What pgvector lets a graph's search look at. */
const MOST_CANDIDATES = 1000;
/** Of a float32: a half of the distance between 1 and the next number. */
const UNIT = 2 ** -24;
/** No sum of squares of numbers that are not zero is so small that float32 loses more of it than this. */
const UNDERFLOW = 1e-36;

interface Candidate {
  readonly row: number;
  /** In double precision; less is nearer, whatever the metric. */
  readonly distance: number;
}

/** What was found of a query, nearest first, and whether nothing nearer can be left out. */
interface Found {
  readonly candidates: readonly Candidate[];
  readonly proved: boolean;
}

/**
 * Neighbours that PostgreSQL finds. Their distances are computed anew from the vectors that were loaded, in double
 * precision, and they are ordered by them. An exact search asks for more until no row that it has not seen can be as near as the
 * last one that is wanted, whatever rounding made of its distance. A distance of the database that is not that of the vector
 * throws `index-damaged`.
 */
export class PgvectorSearch implements SearchIndex {
  /** What graphs are searched with, by connection. */
  private readonly settings = new WeakMap<Session, string>();
  /** How far a sum in float32 may be from the true one, as a share of the sum of its terms' sizes. */
  private readonly rounding: number;

  constructor(
    private readonly database: Database,
    private readonly generation: LoadedGeneration,
    private readonly vectors: VectorSource,
    private readonly metric: Metric,
    /** Candidates that a graph looks at; none is there where every row is compared. */
    private readonly effort?: number,
  ) {
    this.rounding = 1.01 * (generation.dimension + 4) * UNIT;
  }

  async search(queries: VectorSource, { k, exclude, orders, signal, progress }: SearchOptions): Promise<Neighbours> {
    const ids = new Int32Array(queries.rows * k).fill(-1);
    const distances = new Float32Array(queries.rows * k).fill(Number.NaN);
    const wanted = Math.min(exclude ? k + 1 : k, this.generation.rows);
    if (wanted === 0) return { k, ids, distances };
    let done = 0;
    for await (const block of queries.blocks()) {
      const starts = Array.from({ length: Math.ceil(block.rows / BATCH) }, (_, n) => n * BATCH);
      const searched = async (start: number) => {
        const batch = rowsBetween(block, start, Math.min(block.rows, start + BATCH));
        const found = await this.database.with((session) => this.nearest(session, batch, wanted), signal);
        for (const [n, candidates] of found.entries()) {
          const query = block.first + start + n;
          const others = candidates.filter(({ row }) => row !== exclude?.[query]).slice(0, k);
          for (const [place, { row, distance }] of others.entries()) {
            ids[query * k + place] = row;
            distances[query * k + place] = shownDistance(this.metric, distance);
            if (orders) orders[query * k + place] = distance;
          }
        }
        done += batch.rows;
        progress(done, queries.rows);
      };
      await pMap(starts, searched, { concurrency: this.database.connections });
    }
    progress(queries.rows, queries.rows);
    return { k, ids, distances };
  }

  async close(): Promise<void> {
    await this.database.close();
  }

  /** Of each query the nearest `wanted`. */
  private async nearest(session: Session, queries: Matrix, wanted: number): Promise<readonly Candidate[][]> {
    await this.prepare(session, wanted);
    const norms = squaredNorms(queries);
    const nearest: Candidate[][] = Array.from({ length: queries.rows }, () => []);
    let open = nearest.map((_, query) => query);
    for (let depth = wanted + MARGIN; open.length > 0; depth *= 2) {
      const found = await this.ask(session, queries, norms, open, { wanted, depth });
      for (const [n, query] of open.entries()) nearest[query] = found[n]!.candidates.slice(0, wanted);
      open = open.filter((_, n) => !found[n]!.proved);
    }
    return nearest;
  }

  /** Where more is wanted than a graph gives, every row is compared. */
  private async prepare(session: Session, wanted: number): Promise<void> {
    if (this.effort === undefined) return;
    const candidates = Math.max(this.effort, wanted);
    const settings = `SET hnsw.ef_search = ${Math.min(MOST_CANDIDATES, candidates)};
      SET enable_indexscan = ${candidates > MOST_CANDIDATES ? 'off' : 'on'}`;
    if (this.settings.get(session) === settings) return;
    await session.query(settings);
    this.settings.set(session, settings);
  }

  private async ask(
    session: Session,
    queries: Matrix,
    norms: ArrayLike<number>,
    asked: readonly number[],
    { wanted, depth }: { readonly wanted: number; readonly depth: number },
  ): Promise<Found[]> {
    const { order } = OPERATORS[this.metric];
    const near = `embedding ${order} asked.vector`;
    const { rows } = await session.query<{ query: number; id: number; distance: number }>(
      `SELECT asked.place::integer - 1 AS query, nearest.id, nearest.distance
        FROM unnest($1::vector[]) WITH ORDINALITY AS asked(vector, place) CROSS JOIN LATERAL
          (SELECT id, ${near} AS distance FROM ${this.generation.table} ORDER BY ${near} LIMIT $2) AS nearest`,
      [asked.map((query) => vectorText(queries, query)), depth],
    );
    const vectors = await this.vectors.rowsAt(rows.map(({ id }) => this.sound(id)));
    const candidates = asked.map((): Candidate[] => []);
    const furthest = asked.map(() => Number.NEGATIVE_INFINITY);
    for (const [n, { query, id, distance }] of rows.entries()) {
      const said = this.metric === 'l2' ? distance * distance : distance;
      const row = { row: id, distance: distanceOf(this.metric, queries, asked[query]!, vectors, n) };
      if (Math.abs(said - row.distance) > this.error(row.distance, norms[asked[query]!]!)) throw this.damaged(id);
      candidates[query]!.push(row);
      furthest[query] = Math.max(furthest[query]!, said);
    }
    return candidates.map((found, n) => {
      found.sort((a, b) => a.distance - b.distance || a.row - b.row);
      const last = found[wanted - 1]?.distance ?? Number.POSITIVE_INFINITY;
      const unseen = furthest[n]! - 2 * this.error(Math.max(0, furthest[n]!), norms[asked[n]!]!);
      return {
        candidates: found,
        proved: this.effort !== undefined || found.length === this.generation.rows || last < unseen,
      };
    });
  }

  /** How far pgvector's distance of a row may be from the true one, from either of the two. */
  private error(distance: number, squaredNorm: number): number {
    const terms = this.metric === 'l2' ? distance : Math.sqrt(squaredNorm) * this.generation.largestNorm;
    return this.rounding * terms + UNDERFLOW;
  }

  private sound(id: number): number {
    if (!Number.isInteger(id) || id < 0 || id >= this.generation.rows) throw this.damaged(id);
    return id;
  }

  private damaged(id: number): ProblemError {
    const message = `Row ${id} of ${this.generation.table} in ${this.database.address.shown} is not what was loaded`;
    return new ProblemError({ code: 'index-damaged', message, hint: 'Run with --no-cache once.' });
  }
}
