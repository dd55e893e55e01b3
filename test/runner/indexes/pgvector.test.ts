import assert from 'node:assert/strict';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lookalike, runToResults } from '../../support/command-line.js';
import { HAS_POSTGRES, PASSWORD, PostgresServer, USER } from '../../support/databases/postgres.js';
import { Served } from '../../support/served.js';
import { writeFaces, writeSmallExperiment } from '../../support/small-experiment.js';
import { newWorkspace } from '../../support/workspace.js';

describe('An experiment with the index pgvector (skipped without npm run fetch:python)', function () {
  this.timeout(120_000);
  let server: PostgresServer;
  let folder: string;
  let experiment: string;
  let index: string;

  before(async function () {
    if (!HAS_POSTGRES) this.skip();
    server = await PostgresServer.start();
    process.env.PGVECTOR_PASSWORD = PASSWORD;
    folder = await newWorkspace();
    await writeFaces(join(folder, 'faces'), 6, 3);
    experiment = await writeSmallExperiment(folder);
    const url = server.bareUrl.replace(USER, `${USER}:\${env:PGVECTOR_PASSWORD}`);
    index = `index={use: pgvector, url: "${url}"}`;
  });
  after(async () => {
    await server?.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  const tables = () => server.ask<{ vectors: string }>('SELECT vectors FROM lookalike.generations ORDER BY vectors');

  it('has the figures of flat, from the cache too, and loads again what the database has lost', async () => {
    const flat = await runToResults(experiment);
    const first = await runToResults(experiment, ['--set', index]);
    assert.deepEqual(first.accuracy, flat.accuracy);
    assert.deepEqual(
      first.index?.map(({ use, recall }) => [use, recall]),
      [
        ['pgvector', 1],
        ['pgvector', 1],
      ],
    );
    const again = await runToResults(experiment, ['--set', index]);
    assert.deepEqual(again.accuracy, flat.accuracy);
    assert.ok(again.stages.find(({ name }) => name === 'index')?.cached);
    await server.ask(`DROP TABLE ${(await tables())[0]!.vectors}`);
    const healed = await runToResults(experiment, ['--set', index]);
    assert.deepEqual(healed.accuracy, flat.accuracy);
    assert.equal((await tables()).length, 2);
  });

  it('is served from the database with the answers of an index in memory', async () => {
    const answersOf = async (use: string) => {
      const file = join(folder, 'served.experiment.yaml');
      const text = await readFile(experiment, 'utf8');
      await writeFile(file, text.replace('index: flat', use.replace('=', ': ')));
      const served = await Served.start(file);
      const image = (await readFile(join(folder, 'faces/person-003/1.png'))).toString('base64');
      const ask = { image, modality: 'image', num_images: 10, num_result_ids: 10, indice_name: 'second' };
      const { json } = await served.post('/knn-service', ask);
      await served.stop();
      return json;
    };
    const expected = await answersOf('index={use: flat, metric: ip}');
    assert.equal(expected.length, 10);
    assert.deepEqual(await answersOf(index.replace(/}$/, ', metric: ip}')), expected);
  });

  it('has its password in no file and in nothing that is printed', async () => {
    const { stdout, stderr } = await lookalike(['run', experiment, '--set', index, '--html', '-v']);
    const plan = await lookalike(['plan', experiment, '--set', index, '--json']);
    const printed = [stdout, stderr, plan.stdout, plan.stderr];
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    assert.ok(files.length > 20);
    for (const { parentPath, name } of files) printed.push(await readFile(join(parentPath, name), 'latin1'));
    for (const text of printed)
      for (const secret of [PASSWORD, encodeURIComponent(PASSWORD)]) assert.ok(!text.includes(secret));
  });

  it('needs a yes before another machine is spoken to', async () => {
    const elsewhere = index.replace('127.0.0.1', 'db.invalid');
    const { code, stderr } = await lookalike(['run', experiment, '--set', elsewhere]);
    assert.equal(code, 1);
    assert.match(stderr, /permission-needed index \(pgvector\).*\n.*--allow remote/);
  });

  it('is purged from the database too, and nobody else’s tables are; what cannot be reached is named', async () => {
    const theirs = await newWorkspace();
    await writeFaces(join(theirs, 'faces'), 3, 2);
    await runToResults(await writeSmallExperiment(theirs), ['--set', index]);
    const before = await tables();
    const ours = await lookalike(['purge', '--dry-run'], { cwd: folder });
    assert.match(ours.stdout, /would remove lookalike\.vectors_[0-9a-f]{32} in postgresql:\/\/lookalike@127/);
    assert.deepEqual(await tables(), before);
    assert.equal((await lookalike(['purge'], { cwd: folder })).code, 0);
    const left = await tables();
    assert.equal(left.length, 2);
    await server.halt();
    const away = await lookalike(['purge'], { cwd: theirs });
    assert.match(
      away.stdout,
      /left the tables of owner [0-9a-f-]{36} in schema lookalike of the database .*ECONNREFUSED/,
    );
    await server.resume();
    assert.deepEqual(await tables(), left);
    await rm(theirs, { recursive: true });
  });
});
