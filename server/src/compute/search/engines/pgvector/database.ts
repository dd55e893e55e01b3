import pg from 'pg';
import type { DatabaseAddress } from '../../../../plugins/inspection/database-address.js';
import { type Problem, ProblemError } from '../../../../protocol/errors.js';

/** What of a client is used: the same of one that is alone and of one from the pool. */
export type Session = Pick<pg.ClientBase, 'query'>;

/** Seconds that a server may take to answer a first time. */
const PATIENCE = 15;

/**
 * Connections to a PostgreSQL database, made as they are needed. What goes wrong is thrown as a `ProblemError`:
 * `database-unreachable` where there is no such server, database or user, `database-refused` where it has no right, no
 * room or not the time, `index-damaged` where tables are not what was left there.
 */
export class Database {
  private readonly pool: pg.Pool;

  constructor(
    readonly address: DatabaseAddress,
    readonly connections: number,
  ) {
    this.pool = new pg.Pool({
      ...address.config,
      // One more, by which what the others wait for is cancelled.
      max: connections + 1,
      connectionTimeoutMillis: 1000 * PATIENCE,
      application_name: 'lookalike',
      allowExitOnIdle: true,
    });
    // Of a connection that breaks while nobody uses it: whoever wants one next is told.
    this.pool.on('error', ignore);
  }

  /** A connection for as long as the work takes. What the server still does for it ends with the signal. */
  async with<T>(work: (session: Session) => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const client = await this.pool.connect().catch((error) => this.explain(error));
    // PGlite, which has one session alone, gives no process.
    const process: number | undefined = (client as unknown as { processID?: number }).processID ?? undefined;
    const cancel = () => void this.pool.query('SELECT pg_cancel_backend($1)', [process]).catch(() => undefined);
    signal?.addEventListener('abort', cancel, { once: true });
    // Of a connection that breaks, whoever waits for an answer is told.
    client.on('error', ignore);
    let broken = true;
    try {
      const value = await work(client);
      broken = false;
      return value;
    } catch (error) {
      signal?.throwIfAborted();
      return this.explain(error);
    } finally {
      signal?.removeEventListener('abort', cancel);
      client.off('error', ignore);
      // Locks, settings and a half-read answer go with the connection.
      client.release(broken);
    }
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  private explain(error: unknown): never {
    const problem = error instanceof ProblemError ? undefined : problemOfDatabase(error, this.address.shown);
    throw problem ? new ProblemError(problem) : error;
  }
}

const ignore = () => undefined;

/** By the classes of https://www.postgresql.org/docs/current/errcodes-appendix.html, where a code is none of those below. */
const STATES: Readonly<Record<string, readonly [code: string, hint: string]>> = {
  '08': ['database-unreachable', 'See whether the server runs, then run again: what was loaded is kept.'],
  '28': ['database-unreachable', 'Check the user and the password in the environment or in ~/.pgpass.'],
  '3D': ['database-unreachable', 'Create the database, or correct its name.'],
  '25006': ['database-refused', 'Nothing can be written there: connect to the primary server.'],
  '42501': ['database-refused', 'Grant the user CREATE on the database, or a role that owns the schema `lookalike`.'],
  '53': ['database-refused', 'Give the server room, memory or connections, then run again: what was loaded is kept.'],
  '57': ['database-unreachable', 'The server ended the connection: run again, what was loaded is kept.'],
  '42P01': ['index-damaged', 'A table is gone: run with --no-cache once.'],
  '42703': ['index-damaged', 'A table is of another shape: run with --no-cache once.'],
  '22': ['index-damaged', 'A table is of another shape: run with --no-cache once.'],
};

function problemOfDatabase(error: unknown, shown: string): Problem | undefined {
  const { code, message } = error as NodeJS.ErrnoException;
  const said = error instanceof AggregateError ? error.errors.map((each: Error) => each.message).join('; ') : message;
  const known = code === undefined ? undefined : (STATES[code] ?? STATES[code.slice(0, 2)]);
  if (known && error instanceof pg.DatabaseError) {
    return { code: known[0], message: `${shown} says: ${said}`, hint: known[1] };
  }
  if (error instanceof pg.DatabaseError) {
    return { code: 'database-refused', message: `${shown} says: ${said}`, hint: 'The server’s log may say more.' };
  }
  if (!(error instanceof Error) || error instanceof TypeError || error instanceof RangeError) return undefined;
  const hint = 'See whether the server runs and can be reached from here, and whether it wants TLS (?sslmode=require).';
  return { code: 'database-unreachable', message: `${shown} cannot be spoken to: ${said || code}`, hint };
}
