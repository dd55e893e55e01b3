import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { IndexBuilder, Metric, SearchIndex, VectorSource, WorkContext } from '../../../../plugins/declare.js';
import type { DatabaseAddress } from '../../../../plugins/inspection/database-address.js';
import { fail, ok, ProblemError, type Result } from '../../../../protocol/errors.js';
import { checkFinite } from '../../check-finite.js';
import { Database } from './database.js';
import { findLoaded, type Generation, type GraphOptions, load } from './generation.js';
import { ownerIn, rememberDatabase } from './kept-databases.js';
import { PgvectorSearch } from './pgvector-search.js';
import { setUp } from './schema.js';

export interface PgvectorOptions {
  /** As the file writes it. */
  readonly url: string;
  readonly address: DatabaseAddress;
  readonly metric: Metric;
  /** Without one every vector is compared. */
  readonly graph?: GraphOptions & { readonly effort: number };
  /** Private: whose the generations are, and where. */
  readonly folder: string;
  readonly connections: number;
}

/** Vectors in PostgreSQL with pgvector, a generation an index. Its folder's name is the key of what is in the database. */
export class PgvectorIndex implements IndexBuilder {
  constructor(private readonly options: PgvectorOptions) {}

  get metric(): Metric {
    return this.options.metric;
  }

  async build(vectors: VectorSource, folder: string, context: WorkContext): Promise<Result<void>> {
    const checked = await checkFinite(vectors);
    if (!checked.ok) return checked;
    const wanted = await this.generationOf(vectors, folder);
    await rememberDatabase(this.options.folder, this.options.url);
    const loaded = await this.speaking((database) =>
      database.with(async (session) => {
        await setUp(session);
        await load(session, wanted, vectors, this.options, context);
      }, context.signal),
    );
    if (!loaded.ok) return loaded;
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'generation.json'), JSON.stringify(wanted));
    return ok(undefined);
  }

  async isBuilt(vectors: VectorSource, folder: string): Promise<Result<boolean>> {
    const wanted = await this.generationOf(vectors, folder);
    return this.speaking((database) =>
      database.with(async (session) => {
        await setUp(session);
        return (await findLoaded(session, wanted)) !== undefined;
      }),
    );
  }

  async open(vectors: VectorSource, folder: string): Promise<Result<SearchIndex>> {
    const { address, metric, graph, connections } = this.options;
    const wanted = await this.generationOf(vectors, folder);
    const database = new Database(address, connections);
    try {
      const loaded = await database.with((session) => findLoaded(session, wanted));
      if (loaded) return ok(new PgvectorSearch(database, loaded, vectors, metric, graph?.effort));
      await database.close();
      const hint = 'Run with --no-cache once.';
      return fail('index-damaged', `${address.shown} does not hold the embeddings of this index any more`, { hint });
    } catch (error) {
      await database.close();
      return problemThrown(error);
    }
  }

  private async generationOf({ rows, dimension }: VectorSource, folder: string): Promise<Generation> {
    return { owner: await ownerIn(this.options.folder), key: basename(folder), rows, dimension };
  }

  private async speaking<T>(work: (database: Database) => Promise<T>): Promise<Result<T>> {
    const database = new Database(this.options.address, 1);
    try {
      return ok(await work(database));
    } catch (error) {
      return problemThrown(error);
    } finally {
      await database.close();
    }
  }
}

function problemThrown(error: unknown): Result<never> {
  if (error instanceof ProblemError) return { ok: false, problem: error.problem };
  throw error;
}
