import { ProblemError } from '../../../../protocol/errors.js';
import type { Session } from './database.js';

/** All that is ours in a database: a schema, and in it what version of tables it has, the generations, a table each. */
export const SCHEMA = 'lookalike';
const VERSION = 1;
/** The first pgvector with graphs (HNSW). */
const OLDEST_PGVECTOR = [0, 5];
/** Whoever sets the schema up holds this lock: a number that nothing else takes. */
const SETUP_LOCK = 7_230_451_906;

/**
 * Makes the schema where it is not there. Throws `database-unfit` where pgvector is missing or too old, where somebody
 * else's schema has the name, or a newer version of ours.
 */
export async function setUp(session: Session): Promise<void> {
  await session.query('BEGIN');
  await session.query('SELECT pg_advisory_xact_lock($1)', [SETUP_LOCK]);
  await needPgvector(session);
  const { rows } = await session.query<{ ours: boolean | null; there: boolean }>(
    `SELECT to_regnamespace('${SCHEMA}') IS NOT NULL AS there, to_regclass('${SCHEMA}.version') IS NOT NULL AS ours`,
  );
  const { there, ours } = rows[0]!;
  if (there && !ours) {
    throw unfit(
      `The database has a schema \`${SCHEMA}\` that is not Lookalike’s`,
      'Take another database: what is in that schema is left as it is.',
    );
  }
  if (!there) {
    await session.query(`
      CREATE SCHEMA ${SCHEMA};
      CREATE TABLE ${SCHEMA}.version (version integer NOT NULL);
      INSERT INTO ${SCHEMA}.version VALUES (${VERSION});
      CREATE TABLE ${SCHEMA}.generations (
        owner uuid NOT NULL,
        key text NOT NULL,
        vectors text NOT NULL UNIQUE,
        rows integer NOT NULL,
        dimension integer NOT NULL,
        largest_norm double precision NOT NULL,
        loaded_at timestamptz,
        PRIMARY KEY (owner, key)
      )`);
  }
  const found = await session.query<{ version: number }>(`SELECT version FROM ${SCHEMA}.version`);
  await session.query('COMMIT');
  const version = found.rows[0]?.version;
  if (version !== VERSION) {
    throw unfit(
      `The schema \`${SCHEMA}\` is of version ${version}, and this program knows ${VERSION}`,
      version !== undefined && version < VERSION
        ? `Purge with the Lookalike that made it, or DROP SCHEMA ${SCHEMA} CASCADE: embeddings are loaded again.`
        : 'Use the newest Lookalike, or another database.',
    );
  }
}

async function needPgvector(session: Session): Promise<void> {
  const available = await session.query<{ installed: string | null }>(
    `SELECT installed_version AS installed FROM pg_available_extensions WHERE name = 'vector'`,
  );
  if (available.rows.length === 0) {
    throw unfit(
      'The server has no pgvector',
      'Install the extension on the server’s machine (https://github.com/pgvector/pgvector#installation).',
    );
  }
  let installed = available.rows[0]!.installed;
  if (installed === null) {
    await session.query('CREATE EXTENSION vector');
    const made = await session.query<{ version: string }>(
      `SELECT extversion AS version FROM pg_extension WHERE extname = 'vector'`,
    );
    installed = made.rows[0]!.version;
  }
  const [major = 0, minor = 0] = installed.split('.').map(Number);
  if (major === OLDEST_PGVECTOR[0] && minor < OLDEST_PGVECTOR[1]!) {
    throw unfit(
      `pgvector is of version ${installed} there, and ${OLDEST_PGVECTOR.join('.')} is needed`,
      'Install a newer one, then ALTER EXTENSION vector UPDATE.',
    );
  }
}

export function unfit(message: string, hint: string): ProblemError {
  return new ProblemError({ code: 'database-unfit', message, hint });
}
