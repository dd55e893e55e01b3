import type { Elsewhere } from '../../../../plugins/declare.js';
import { readDatabaseAddress } from '../../../../plugins/inspection/database-address.js';
import { ProblemError, sentences } from '../../../../protocol/errors.js';
import type { Permission } from '../../../../protocol/problem.js';
import { Database } from './database.js';
import { keptDatabases, ownerIn } from './kept-databases.js';
import { SCHEMA } from './schema.js';

/** Drops what databases hold of a private folder; a database that cannot be spoken to is named, with what to drop there. */
export async function dropKept(
  folder: string,
  env: NodeJS.ProcessEnv,
  { dryRun, allow }: { readonly dryRun: boolean; readonly allow: readonly Permission[] },
): Promise<Elsewhere> {
  const removed: string[] = [];
  const left: string[] = [];
  for (const url of await keptDatabases(folder)) {
    const owner = await ownerIn(folder);
    const ours = `the tables of owner ${owner} in schema ${SCHEMA}`;
    const address = readDatabaseAddress(url, env);
    if (!address.ok) {
      left.push(`${ours} of the database ${url}. ${sentences(address.problem)}`);
      continue;
    }
    if (!address.value.local && !allow.includes('remote')) {
      left.push(`${ours} of the database ${address.value.shown}. Purge with --allow remote to have it spoken to.`);
      continue;
    }
    const database = new Database(address.value, 1);
    try {
      for (const table of await dropOf(database, owner, dryRun)) removed.push(`${table} in ${address.value.shown}`);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      left.push(`${ours} of the database ${address.value.shown}. ${sentences(error.problem)}`);
    } finally {
      await database.close();
    }
  }
  return { removed, left };
}

function dropOf(database: Database, owner: string, dryRun: boolean): Promise<string[]> {
  return database.with(async (session) => {
    const there = await session.query<{ there: boolean }>(
      `SELECT to_regclass('${SCHEMA}.generations') IS NOT NULL AS there`,
    );
    if (!there.rows[0]!.there) return [];
    const { rows } = await session.query<{ vectors: string }>(
      `SELECT vectors FROM ${SCHEMA}.generations WHERE owner = $1 ORDER BY vectors`,
      [owner],
    );
    const tables = rows.map(({ vectors }) => vectors).filter((table) => TABLE.test(table));
    if (dryRun) return tables;
    for (const table of tables) {
      await session.query('BEGIN');
      await session.query(`DROP TABLE IF EXISTS ${table}`);
      await session.query(`DELETE FROM ${SCHEMA}.generations WHERE owner = $1 AND vectors = $2`, [owner, table]);
      await session.query('COMMIT');
    }
    return tables;
  });
}

/** A table's name as we make it: what the database says is not believed to be one. */
const TABLE = new RegExp(`^${SCHEMA}\\.vectors_[0-9a-f]{32}$`);
