import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import type { Matrix, Metric, VectorSource, WorkContext } from '../../../../plugins/declare.js';
import { rowsBetween, rowsIn } from '../../../../plugins/matrix.js';
import { largestOf, squaredNorms } from '../../norms.js';
import type { Session } from './database.js';
import { SCHEMA, unfit } from './schema.js';

/** The vectors of one index in a database: a table of their own, `(id, embedding)`, whose ids are the rows' numbers. */
export interface Generation {
  readonly owner: string;
  /** Of the vectors and of how they are searched: another key, another generation. */
  readonly key: string;
  readonly rows: number;
  readonly dimension: number;
}

export interface LoadedGeneration extends Generation {
  readonly table: string;
  /** The largest length of a vector. */
  readonly largestNorm: number;
}

/** A graph over the vectors: links of each, and candidates looked at when one is added. */
export interface GraphOptions {
  readonly m: number;
  readonly efConstruction: number;
}

/** Bytes that go in one transaction: what a killed load loses at most. */
const STEP_BYTES = 8 * 2 ** 20;
/** What pgvector takes: in a table, and in a graph. */
const LARGEST = { table: 16_000, graph: 2000 };

/** Operators by metric: what orders rows, and what a graph is made for. */
export const OPERATORS: Readonly<Record<Metric, { readonly order: string; readonly operators: string }>> = {
  l2: { order: '<->', operators: 'vector_l2_ops' },
  ip: { order: '<#>', operators: 'vector_ip_ops' },
};

export function tableOf({ owner, key }: Pick<Generation, 'owner' | 'key'>): string {
  const name = createHash('sha256').update(`${owner}:${key}`).digest('hex').slice(0, 32);
  return `${SCHEMA}.vectors_${name}`;
}

/** A generation that is loaded to its end; undefined where there is none of this size. */
export async function findLoaded(session: Session, wanted: Generation): Promise<LoadedGeneration | undefined> {
  const table = tableOf(wanted);
  const { rows } = await session.query<{ norm: number }>(
    `SELECT largest_norm AS norm FROM ${SCHEMA}.generations WHERE owner = $1 AND key = $2 AND rows = $3
      AND dimension = $4 AND loaded_at IS NOT NULL AND to_regclass($5) IS NOT NULL`,
    [wanted.owner, wanted.key, wanted.rows, wanted.dimension, table],
  );
  return rows[0] && { ...wanted, table, largestNorm: rows[0].norm };
}

/**
 * Loads vectors, a graph after them where one is asked for. Where an earlier load was ended, this one goes on behind its last
 * row; where another process loads them at this moment, its end is waited for and no row is loaded twice. What was loaded to its
 * end before is loaded anew: whoever asks has no trust in it. Throws `database-unfit` where pgvector takes no vectors of the dimension.
 */
export async function load(
  session: Session,
  wanted: Generation,
  vectors: VectorSource,
  { metric, graph }: { readonly metric: Metric; readonly graph?: GraphOptions },
  context: WorkContext,
): Promise<void> {
  const { owner, key, rows, dimension } = wanted;
  const largest = graph ? LARGEST.graph : LARGEST.table;
  if (dimension > largest) {
    const what = graph ? 'a graph over vectors' : 'vectors';
    throw unfit(
      `pgvector takes ${what} of ${largest} numbers at most, and these have ${dimension}`,
      'Use another index.',
    );
  }
  const table = tableOf(wanted);
  const lock = BigInt.asIntN(64, BigInt(`0x${table.slice(-16)}`)).toString();
  const free = await session.query<{ held: boolean }>('SELECT pg_try_advisory_lock($1) AS held', [lock]);
  if (!free.rows[0]!.held) {
    await session.query('SELECT pg_advisory_lock($1)', [lock]);
    if (await findLoaded(session, wanted)) {
      await session.query('SELECT pg_advisory_unlock($1)', [lock]);
      return;
    }
  }
  const begun = await session.query(
    `SELECT 1 FROM ${SCHEMA}.generations WHERE owner = $1 AND key = $2 AND rows = $3 AND dimension = $4
      AND loaded_at IS NULL AND to_regclass($5) IS NOT NULL`,
    [owner, key, rows, dimension, table],
  );
  if (begun.rows.length === 0) await begin(session, wanted, table);
  const largestSquared = await fill(session, table, vectors, context);
  if (graph) {
    const name = `${table.slice(SCHEMA.length + 1)}_graph`;
    await session.query(`CREATE INDEX IF NOT EXISTS ${name} ON ${table} USING hnsw (embedding ${OPERATORS[metric].operators})
      WITH (m = ${graph.m}, ef_construction = ${graph.efConstruction})`);
  }
  await session.query(`ANALYZE ${table}`);
  const count = await loadedRows(session, table);
  if (count !== rows) throw new Error(`${table} has ${count} rows of ${rows}`);
  await session.query(
    `UPDATE ${SCHEMA}.generations SET loaded_at = now(), largest_norm = $3 WHERE owner = $1 AND key = $2`,
    [owner, key, Math.sqrt(largestSquared)],
  );
  await session.query('SELECT pg_advisory_unlock($1)', [lock]);
}

/** Puts the rows behind those that are there, and gives the largest squared length of them all. */
async function fill(session: Session, table: string, vectors: VectorSource, { signal, progress }: WorkContext) {
  const first = await loadedRows(session, table);
  const put = (await isPglite(session)) ? insertRows : copyRows;
  let largest = 0;
  for await (const block of vectors.blocks()) {
    largest = Math.max(largest, largestOf(squaredNorms(block)));
    for (let at = Math.max(0, first - block.first); at < block.rows; ) {
      signal.throwIfAborted();
      const end = Math.min(block.rows, at + rowsIn(vectors.dimension, STEP_BYTES));
      await put(session, table, rowsBetween(block, at, end), block.first + at);
      at = end;
      progress(block.first + at, vectors.rows);
    }
  }
  return largest;
}

async function begin(session: Session, { owner, key, rows, dimension }: Generation, table: string): Promise<void> {
  await session.query('BEGIN');
  await session.query(`DROP TABLE IF EXISTS ${table}`);
  await session.query(`CREATE TABLE ${table} (id integer NOT NULL, embedding vector(${dimension}) NOT NULL)`);
  await session.query(`DELETE FROM ${SCHEMA}.generations WHERE owner = $1 AND key = $2`, [owner, key]);
  await session.query(
    `INSERT INTO ${SCHEMA}.generations (owner, key, vectors, rows, dimension, largest_norm) VALUES ($1, $2, $3, $4, $5, 0)`,
    [owner, key, table, rows, dimension],
  );
  await session.query('COMMIT');
}

/** How many rows are there, from the first on without a gap; 0 where they are not so, after which all are loaded anew. */
async function loadedRows(session: Session, table: string): Promise<number> {
  const { rows } = await session.query<{ different: number; every: number; behind: number }>(
    `SELECT count(DISTINCT id)::integer AS different, count(*)::integer AS every, coalesce(max(id) + 1, 0) AS behind
      FROM ${table}`,
  );
  const { different, every, behind } = rows[0]!;
  if (different === every && every === behind) return every;
  await session.query(`TRUNCATE ${table}`);
  return 0;
}

/** Some rows in one transaction, in the binary form of COPY. */
async function copyRows(session: Session, table: string, vectors: Matrix, first: number): Promise<void> {
  const stream = session.query(copyFrom(`COPY ${table} (id, embedding) FROM STDIN WITH (FORMAT binary)`));
  await pipeline(Readable.from([copyOf(vectors, first)]), stream);
}

/** PGlite's socket takes a message at a time, and COPY is several. */
async function isPglite(session: Session): Promise<boolean> {
  const { rows } = await session.query<{ version: string }>('SELECT version()');
  return rows[0]!.version.includes('PGlite');
}

async function insertRows(session: Session, table: string, vectors: Matrix, first: number): Promise<void> {
  const texts = Array.from({ length: vectors.rows }, (_, row) => vectorText(vectors, row));
  await session.query(
    `INSERT INTO ${table} SELECT $1 + place - 1, vector FROM unnest($2::vector[]) WITH ORDINALITY AS given(vector, place)`,
    [first, texts],
  );
}

/** As PostgreSQL reads it, each number as the same float32. */
export function vectorText({ data, dimension }: Matrix, row: number): string {
  return `[${data.subarray(row * dimension, (row + 1) * dimension).join(',')}]`;
}

const COPY_HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');

/**
 * https://www.postgresql.org/docs/current/sql-copy.html, Binary Format; a vector is its dimension, a zero and its numbers
 * (pgvector's `vector_send`).
 */
function copyOf({ data, rows, dimension }: Matrix, first: number): Buffer {
  const size = 2 + 4 + 4 + 4 + 4 + 4 * dimension;
  const bytes = Buffer.allocUnsafe(COPY_HEADER.length + rows * size + 2);
  let at = COPY_HEADER.copy(bytes);
  for (let row = 0; row < rows; row++) {
    at = bytes.writeInt16BE(2, at);
    at = bytes.writeInt32BE(4, at);
    at = bytes.writeInt32BE(first + row, at);
    at = bytes.writeInt32BE(4 + 4 * dimension, at);
    at = bytes.writeInt16BE(dimension, at);
    at = bytes.writeInt16BE(0, at);
    for (let i = row * dimension; i < (row + 1) * dimension; i++) at = bytes.writeFloatBE(data[i]!, at);
  }
  bytes.writeInt16BE(-1, at);
  return bytes;
}
