import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import type { IndexBuilder, Matrix, WorkContext } from '../../../../server/src/plugins/declare.js';
import { pgvector } from '../../../../server/src/plugins/indexes/pgvector.js';
import { inMemory } from '../../../../server/src/plugins/matrix.js';
import type { Result } from '../../../../server/src/protocol/errors.js';
import { HAS_POSTGRES, OLD_POSTGRES, PASSWORD, PostgresServer, USER } from '../../../support/databases/postgres.js';
import { randomVectors } from '../../../support/random-vectors.js';
import { temporaryFolder } from '../../../support/run-folder.js';

const idle: WorkContext = { signal: new AbortController().signal, progress: () => undefined };
const few = randomVectors(40, 6, 1);
const QUIET = { stdio: 'ignore' } as const;
/** Three transactions of a load. */
const many = randomVectors(10_000, 512, 2);

describe('A database in trouble (skipped without npm run fetch:python)', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  let server: PostgresServer;

  before(async function () {
    if (!HAS_POSTGRES) this.skip();
    server = await PostgresServer.start();
    process.env.PGVECTOR_PASSWORD = PASSWORD;
  });
  after(() => server?.stop());
  afterEach(() => server.ask('DROP SCHEMA IF EXISTS lookalike CASCADE'));

  /** The engine, by an address without a password in it. */
  async function engineAt(address = server.bareUrl, plugin = 'plugin'): Promise<IndexBuilder> {
    const url = address.replace(`${USER}@`, `${USER}:\${env:PGVECTOR_PASSWORD}@`);
    const loaded = await pgvector.load(pgvector.params.parse({ url }), { folder: join(folder(), plugin), threads: 2 });
    assert.ok(loaded.ok);
    return loaded.value;
  }

  const place = () => join(folder(), 'indexes/key');
  const build = async (vectors: Matrix, engine?: IndexBuilder, work = idle) =>
    (engine ?? (await engineAt())).build(inMemory(vectors), place(), work);
  const table = async () =>
    (await server.ask<{ vectors: string }>('SELECT vectors FROM lookalike.generations'))[0]!.vectors;

  function refused(result: Result<unknown>, code: string, words: RegExp) {
    assert.ok(!result.ok);
    const { problem } = result;
    assert.equal(problem.code, code, problem.message);
    assert.match(problem.message, words);
    assert.ok(problem.hint);
    assert.doesNotMatch(JSON.stringify(problem), /a\/b@c|a%2Fb/, 'The password is in no message');
  }

  it('that is away, without the database, or with another password', async () => {
    refused(
      await build(few, await engineAt(server.bareUrl.replace(String(server.port), '9'))),
      'database-unreachable',
      /ECONNREFUSED/,
    );
    refused(await build(few, await engineAt(`${server.bareUrl}-other`)), 'database-unreachable', /does not exist/);
    process.env.PGVECTOR_PASSWORD = 'wrong';
    try {
      refused(await build(few), 'database-unreachable', /password authentication failed/);
    } finally {
      process.env.PGVECTOR_PASSWORD = PASSWORD;
    }
  });

  const CONDITIONS: readonly [what: string, before: string, after: string, words: RegExp][] = [
    [
      'that is read-only',
      'ALTER DATABASE postgres SET default_transaction_read_only = on',
      'BEGIN READ WRITE; ALTER DATABASE postgres RESET default_transaction_read_only; COMMIT',
      /read-only/,
    ],
    [
      'that takes no more connections',
      "CREATE ROLE limited LOGIN CONNECTION LIMIT 0 PASSWORD 'a/b@c:d?%'",
      'DROP ROLE limited',
      /too many connections/,
    ],
    [
      'whose user may make nothing',
      "CREATE EXTENSION IF NOT EXISTS vector; CREATE ROLE limited LOGIN PASSWORD 'a/b@c:d?%'",
      'DROP ROLE limited',
      /permission denied/,
    ],
  ];
  for (const [what, before, after, words] of CONDITIONS) {
    it(what, async () => {
      await server.ask(before);
      try {
        // biome-ignore lint/suspicious/noTemplateCurlyInString: as a file writes it
        const limited = server.bareUrl.replace(`${USER}@`, 'limited:${env:PGVECTOR_PASSWORD}@');
        const engine = await engineAt(before.includes('limited') ? limited : server.bareUrl);
        refused(await build(few, engine), 'database-refused', words);
      } finally {
        await server.ask(after);
      }
    });
  }

  it('without pgvector', async () => {
    const db = await PGlite.create();
    const socket = new PGLiteSocketServer({ db, host: '127.0.0.1', port: 0, maxConnections: 5 });
    await socket.start();
    const engine = await engineAt(`postgresql://postgres@${socket.getServerConn()}/postgres?sslmode=disable`);
    refused(await build(few, engine), 'database-unfit', /no pgvector/);
    await socket.stop();
    await db.close();
  });

  it('of an old version, which has no pgvector, and in which nothing is made (skipped without LOOKALIKE_OLD_POSTGRES)', async function () {
    if (!OLD_POSTGRES) this.skip();
    const old = await PostgresServer.start({ old: true });
    try {
      refused(await build(few, await engineAt(old.bareUrl)), 'database-unfit', /no pgvector/);
      assert.deepEqual(await old.ask(`SELECT 1 FROM pg_namespace WHERE nspname = 'lookalike'`), []);
    } finally {
      await old.stop();
    }
  });

  it('with somebody else’s schema of our name, which is left as it is', async () => {
    await server.ask('CREATE SCHEMA lookalike CREATE TABLE theirs (a integer)');
    refused(await build(few), 'database-unfit', /not Lookalike’s/);
    assert.deepEqual(await server.ask('SELECT * FROM lookalike.theirs'), []);
  });

  for (const [what, version, hint] of [
    ['a newer', 99, /newest Lookalike/],
    ['an older', 0, /DROP SCHEMA lookalike CASCADE/],
  ] as const) {
    it(`with the schema of ${what} version`, async () => {
      assert.ok((await build(few)).ok);
      await server.ask(`UPDATE lookalike.version SET version = ${version}`);
      const again = await build(few);
      refused(again, 'database-unfit', new RegExp(`version ${version},`));
      assert.match((!again.ok && again.problem.hint) || '', hint);
    });
  }

  it('with a pgvector that knows no graphs yet', async () => {
    assert.ok((await build(few)).ok);
    const say = (version: string) =>
      server.ask(`UPDATE pg_extension SET extversion = '${version}' WHERE extname = 'vector' RETURNING extversion`);
    const [{ extversion }] = (await server.ask<{ extversion: string }>(
      `SELECT extversion FROM pg_extension WHERE extname = 'vector'`,
    )) as [{ extversion: string }];
    await say('0.4.4');
    try {
      refused(await build(few), 'database-unfit', /version 0\.4\.4 there, and 0\.5 is needed/);
    } finally {
      await say(extversion);
    }
  });

  it('whose disk is full while it loads (skipped where none can be mounted), and that goes on when there is room', async function () {
    const disk = await mkdtemp(join(tmpdir(), 'lookalike-postgres-disk-'));
    const mount = (options: string) => execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', disk], QUIET);
    try {
      mount('size=12m');
    } catch {
      await rm(disk, { recursive: true });
      return this.skip();
    }
    try {
      await mkdir(join(disk, 'data'));
      server.give(join(disk, 'data'));
      await server.ask(`CREATE TABLESPACE small LOCATION '${join(disk, 'data')}'`);
      await server.ask(`ALTER ROLE ${USER} SET default_tablespace = small`);
      refused(await build(many), 'database-refused', /No space left on device/);
      const [{ rows }] = (await server.ask<{ rows: number }>(
        `SELECT count(*)::integer AS rows FROM ${await table()}`,
      )) as [{ rows: number }];
      assert.ok(rows > 0 && rows < many.rows, `${rows} rows`);
      mount('remount,size=200m');
      assert.ok((await build(many)).ok);
      await server.ask('DROP SCHEMA lookalike CASCADE');
      await server.ask(`ALTER ROLE ${USER} RESET default_tablespace`);
      await server.ask('DROP TABLESPACE small');
    } finally {
      execFileSync('umount', ['--lazy', disk], QUIET);
      await rm(disk, { recursive: true });
    }
  });

  it('whose rows are not what was loaded: one changed, exchanged, or of another dimension', async () => {
    for (const change of [
      'UPDATE $ SET embedding = embedding + array_fill(0.001::real, ARRAY[6])::vector WHERE id = 7',
      'UPDATE $ SET id = CASE id WHEN 3 THEN 4 ELSE 3 END WHERE id IN (3, 4)',
      'UPDATE $ SET id = 900 WHERE id = 5',
      'ALTER TABLE $ ALTER embedding TYPE vector(3) USING subvector(embedding, 1, 3)',
    ]) {
      const engine = await engineAt();
      assert.ok((await build(few, engine)).ok);
      const opened = await engine.open(inMemory(few), place());
      assert.ok(opened.ok);
      await server.ask(change.replace('$', await table()));
      const search = opened.value.search(inMemory(few), { ...idle, k: 40 });
      await assert.rejects(
        search,
        (error: Error & { problem?: { code: string } }) => error.problem?.code === 'index-damaged',
      );
      await opened.value.close();
      await server.ask('DROP SCHEMA lookalike CASCADE');
    }
  });

  it('whose table somebody dropped: it is not there, and is loaded again', async () => {
    const engine = await engineAt();
    assert.ok((await build(few, engine)).ok);
    assert.deepEqual(await engine.isBuilt?.(inMemory(few), place()), { ok: true, value: true });
    await server.ask(`DROP TABLE ${await table()}`);
    assert.deepEqual(await engine.isBuilt?.(inMemory(few), place()), { ok: true, value: false });
    refused(await engine.open(inMemory(few), place()), 'index-damaged', /does not hold/);
    assert.ok((await build(few, engine)).ok);
    assert.ok((await engine.open(inMemory(few), place())).ok);
  });

  for (const [what, end] of Object.entries({
    cancelled: async (cancel: AbortController) => cancel.abort(),
    'cut off by a server that crashed': async () => server.halt('SIGQUIT'),
  })) {
    it(`goes on behind the last row after a load that was ${what}`, async () => {
      const cancel = new AbortController();
      let ended: Promise<void> | undefined;
      const progress = (done: number) => {
        if (done > 0) ended ??= end(cancel);
      };
      const first = await build(many, undefined, { signal: cancel.signal, progress }).catch((error) => error.name);
      if (first !== 'AbortError') refused(first, 'database-unreachable', /./);
      await ended;
      if (what.includes('crashed')) await server.resume();
      const rowsOf = async () =>
        server.ask<{ id: number; by: string }>(`SELECT id, xmin::text AS by FROM ${await table()} ORDER BY id`);
      const before = await rowsOf();
      assert.ok(before.length > 0 && before.length < many.rows, `${before.length} rows`);
      assert.ok((await build(many)).ok);
      const after = await rowsOf();
      assert.equal(after.length, many.rows);
      assert.deepEqual(after.slice(0, before.length), before, 'By the transactions that wrote them before');
    });
  }

  it('loads once what two processes ask for at once', async () => {
    const both = await Promise.all([build(many), build(many)]);
    assert.ok(both.every(({ ok }) => ok));
    assert.deepEqual(await server.ask(`SELECT count(*)::integer AS rows FROM ${await table()}`), [{ rows: many.rows }]);
  });

  it('keeps what two private folders have apart, under one key', async () => {
    assert.ok((await build(few)).ok);
    assert.ok((await build(randomVectors(40, 6, 9), await engineAt(server.bareUrl, 'another'))).ok);
    assert.equal((await server.ask('SELECT 1 FROM lookalike.generations')).length, 2);
  });

  it('that has no right address: with a password in the file, a variable that is not set, another scheme', async () => {
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: as a file writes it
    for (const [url, words] of [
      ['postgresql://me:secret@db.example/faces', /holds a password/],
      ['postgresql://me@db.example/faces?password=secret', /holds a password/],
      ['${env:PGVECTOR_NOT_SET}', /PGVECTOR_NOT_SET is not set/],
      ['mysql://me@db.example/faces', /no address/],
    ] as const) {
      const [problem] = (await pgvector.inspect?.(pgvector.params.parse({ url }), undefined as never)) ?? [];
      assert.equal(problem?.code, 'database-address');
      assert.match(problem.message, words);
      assert.doesNotMatch(JSON.stringify(problem), /secret/);
      assert.equal(pgvector.permission?.(pgvector.params.parse({ url })), 'remote');
    }
    process.env.PGVECTOR_HOST = 'db.example';
    for (const [url, needs] of [
      ['postgresql://db.example/faces', 'remote'],
      ['postgresql://${env:PGVECTOR_HOST}/faces', 'remote'],
      ['postgresql://localhost/faces?host=db.example', 'remote'],
      ['postgresql://localhost/faces', undefined],
      ['postgresql:///faces?host=/run/postgresql', undefined],
      ['postgresql://[::1]:5433/faces', undefined],
      ['postgresql://127.0.0.1.example/faces', 'remote'],
    ] as const) {
      assert.equal(pgvector.permission?.(pgvector.params.parse({ url })), needs, url);
    }
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: as a file writes it
  });
});
