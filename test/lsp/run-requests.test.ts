import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unpackRuns } from '../../server/src/protocol/runs/table/packed-rows.js';
import { runToResults } from '../support/command-line.js';
import { clientFor, type LanguageClient } from '../support/language-client.js';
import { patchwork, writeFaces, writeSmallExperiment } from '../support/small-experiment.js';
import { newWorkspace } from '../support/workspace.js';

const POISON = 'poison: {cloak: {use: precomputed, folder: cloaked}}\nthreshold: {model: first}\n';

describe('What a client asks about a run', () => {
  let folder: string;
  let elsewhere: string;
  let file: string;
  let uri: string;
  let run: string;
  let client: LanguageClient;

  before(async () => {
    [folder, elsewhere] = [await newWorkspace(), await newWorkspace()];
    await writeFaces(join(folder, 'faces'), 6, 3);
    file = await writeSmallExperiment(folder);
    const text = `${await readFile(file, 'utf8')}${POISON}`;
    await writeFile(file, text);
    await mkdir(join(folder, 'cloaked/person-000'), { recursive: true });
    await writeFile(join(folder, 'cloaked/person-000/0_cloaked.png'), await patchwork(99, 1));
    const results = await runToResults(file);
    run = join(folder, '.lookalike/runs', results.run.id);
    client = await clientFor(file);
    uri = await client.open(file, text);
  });
  after(async () => {
    await client.stop();
    for (const place of [folder, elsewhere]) await rm(place, { recursive: true, force: true });
  });

  it('is answered with what a report shows', async () => {
    const data = await client.get('readRun', { folders: [run, run] });
    assert.equal(data.results.name, 'Small');
    assert.equal(data.compare.length, 1);
  });

  it('is answered by pages of its queries, sorted and filtered', async () => {
    const all = await client.get('queryRows', { folder: run, model: 'first', limit: 5 });
    assert.equal(all.total, 18);
    assert.equal(all.rows.length, 5);
    assert.equal(all.rows[0].id, 'person-000/0.png');
    const sort = { by: 'distance', descending: true } as const;
    const { rows } = await client.get('queryRows', {
      folder: run,
      model: 'first',
      sort,
      filter: { text: 'ERSON-003' },
    });
    assert.equal(rows.length, 3);
    assert.ok(rows.every(({ identity }) => identity === 'person-003'));
    assert.ok((rows[0].distance ?? 0) >= (rows[1].distance ?? 0));
  });

  it('is answered by its people, in the order that is asked for, and by pairs of them', async () => {
    const all = await client.get('people', { folder: run, model: 'first', by: 'worst', descending: true });
    assert.deepEqual([all.total, all.matching, all.people.length], [6, 6, 6]);
    const left = { noEmbedding: 0, missing: 0, leftOut: 0, unknown: 0 };
    assert.deepEqual(all.considered, { images: 18, ...left });
    const worst = all.people.map((person) => person.worst?.distance ?? Number.NaN);
    assert.deepEqual(
      worst,
      worst.toSorted((a, b) => b - a),
    );
    assert.deepEqual(
      all.genuine.pairs,
      all.people.map((person) => person.worst),
    );
    assert.ok(all.people.every(({ images, queries }) => images === 3 && queries === 3));
    const { rows } = await client.get('queryRows', { folder: run, model: 'first', limit: 18 });
    for (const { identity, recognised } of all.people) {
      assert.equal(recognised, rows.filter((row) => row.identity === identity && row.correct).length);
    }
    const named = await client.get('people', { folder: run, model: 'first', text: 'SON-004' });
    assert.deepEqual(
      named.people.map(({ identity }) => identity),
      ['person-004'],
    );
    assert.equal(named.total, 6);
  });

  it('is answered by the images behind them, each by its line', async () => {
    const { impostors } = await client.get('people', { folder: run, model: 'second' });
    const [{ a, b }] = impostors.pairs;
    const { images } = await client.get('readImages', { folder: run, places: [a, b, 4000] });
    assert.deepEqual(
      images.map(({ place }) => place),
      [a, b],
    );
    assert.notEqual(images[0].identity, images[1].identity);
    assert.ok(images.every(({ id, file }) => file === join(folder, 'faces', id)));
  });

  it('is answered by how near people are to each other: to themselves nearest, and either way round the same', async () => {
    const identities = [...Array.from({ length: 6 }, (_, n) => `person-00${n}`), 'nobody'];
    const { means } = await client.get('similarities', { folder: run, model: 'first', identities });
    const known = means.slice(0, 6).map((row) => row.slice(0, 6).map((mean) => mean ?? Number.NaN));
    const average = (all: number[]) => all.reduce((sum, mean) => sum + mean, 0) / all.length;
    const own = known.map((row, n) => row[n]);
    const others = known.flatMap((row, n) => row.filter((_, at) => at !== n));
    assert.ok(average(own) < average(others), `${average(own)} < ${average(others)}`);
    assert.deepEqual(
      known,
      known.map((_, n) => known.map((row) => row[n])),
    );
    assert.ok([...means[6], ...means.map((row) => row[6])].every((mean) => mean === null));
  });

  for (const method of ['pca', 'umap'] as const) {
    it(`is answered by a map by ${method}: a point a photograph, and one of what was made of it`, async () => {
      const map = await client.get('faceMap', { folder: run, model: 'first', method });
      assert.deepEqual(map.versions, ['cloak']);
      assert.deepEqual(map.version, [...Array.from({ length: 18 }, () => 0), 1]);
      assert.deepEqual(map.place, [...Array.from({ length: 18 }, (_, n) => n), 0]);
      assert.equal(map.people.length, 6);
      assert.equal(Math.max(...map.x.map(Math.abs), ...map.y.map(Math.abs)), 1);
      const { rows } = await client.get('queryRows', { folder: run, model: 'first', limit: 18 });
      assert.deepEqual(
        map.verdict.slice(0, 18),
        rows.map(({ correct }) => (correct ? 1 : 2)),
      );
    });
  }

  it('is refused of a run that is none, and of one whose embeddings are no longer kept', async () => {
    const foreign = await client.ask('people', { folder: elsewhere, model: 'first' });
    assert.ok(!foreign.ok && foreign.problem.code === 'run-unknown');
    const kept = join(folder, '.lookalike/cache/embeddings');
    await rename(kept, `${kept}-away`);
    for (const method of ['pca', 'umap'] as const) {
      const gone = await client.ask('faceMap', { folder: run, model: 'first', method });
      assert.ok(!gone.ok && gone.problem.code === 'embeddings-missing', JSON.stringify(gone));
    }
    await rename(`${kept}-away`, kept);
  });

  it('is answered by a query’s neighbours, with the files of all photographs, perturbed ones too', async () => {
    const details = await client.get('readQueries', { folder: run, ids: ['person-000/0.png'] });
    const original = details.find(({ model, version }) => model === 'first' && version === 'original');
    assert.ok(original && original.neighbours.length > 0);
    assert.equal(original.files['person-000/0.png'], join(folder, 'faces/person-000/0.png'));
    assert.equal(typeof original.threshold, 'number');
    const cloaked = details.find(({ version }) => version === 'cloak');
    assert.ok(cloaked?.perturbed && existsSync(cloaked.perturbed), cloaked?.perturbed ?? 'no file');
  });

  it('is answered by a table of all queries and by a report, as files of the run’s folder', async () => {
    const { file: table } = await client.get('exportQueries', { folder: run, model: 'first' });
    const lines = (await readFile(table, 'utf8')).trim().split('\r\n');
    assert.equal(lines.length, 19);
    assert.equal(lines[0], 'id,identity,correct,distance,threshold,unit,returned,valid,shift,dssim,strangers,control');
    const { file: report } = await client.get('writeReport', { folder: run });
    assert.equal(report, join(run, 'report.html'));
    assert.match(await readFile(report, 'utf8'), /<title>Small/);
    const { files } = await client.get('drawFigures', { folders: [run], choice: { theme: 'dark', width: '1col' } });
    const accuracy = files.find(({ name }) => name === 'accuracy.svg');
    assert.match(accuracy?.text ?? '', /^<svg [^>]*width="86mm"[^>]*><rect fill="#16181c"/);
  });

  it('is answered by templates that begin with what they are for', async () => {
    const templates = await client.get('templates', {});
    const quickstart = templates.find(({ fileName }) => fileName === 'quickstart.experiment.yaml');
    assert.equal(quickstart?.name, 'Quickstart');
    assert.match(quickstart?.description ?? '', /^Runs anywhere/);
  });

  it('is refused for a folder that is no run of the workspace, however it is named', async () => {
    const other = join(elsewhere, '.lookalike/runs/20200101-000000-abcdef');
    await mkdir(other, { recursive: true });
    await writeFile(join(other, 'run.json'), '{}');
    const link = join(folder, '.lookalike/runs/link');
    await symlink(other, link);
    const hostile = [
      other,
      link,
      `${run}/../../..`,
      folder,
      join(folder, '.lookalike'),
      '/',
      '',
      'runs',
      `${run}/../link`,
    ];
    for (const name of hostile) {
      for (const method of ['deleteRun', 'writeReport', 'rerun'] as const) {
        const answer = await client.ask(method, { folder: name });
        assert.equal(!answer.ok && answer.problem.code, 'run-unknown', `${method} ${name}`);
      }
      const noted = await client.ask('noteRun', { folder: name, note: { star: true, note: '' } });
      assert.equal(!noted.ok && noted.problem.code, 'run-unknown', `noteRun ${name}`);
      const read = await client.ask('readRun', { folders: [run, name] });
      assert.equal(!read.ok && read.problem.code, 'run-unknown', name);
    }
    assert.ok(existsSync(other) && existsSync(run) && existsSync(file));
    await rm(link);
  });

  it('is answered with runs as rows of a table, in pages, and keeps a star and a note beside one', async () => {
    const again = await client.get('rerun', { folder: run });
    assert.equal((await client.ended(again.folder)).status, 'done');
    const first = await client.get('runRows', { limit: 1 });
    assert.deepEqual([first.total, first.rows.rows.length], [2, 1]);
    const { next, rows } = await client.get('runRows', { after: first.next ?? undefined, limit: 10 });
    assert.equal(next, null);
    const [newer, older] = [first.rows, rows].flatMap((packed) => unpackRuns(packed));
    assert.deepEqual([newer?.id, older?.folder], [again.runId, run]);
    assert.deepEqual(newer?.settings, older?.settings, 'run again as it was');
    assert.deepEqual(newer?.figures, older?.figures);
    const listed = [await client.get('listRuns', { newest: 1 }), await client.get('listRuns', {})];
    assert.deepEqual(
      listed.map((runs) => runs.map(({ id }) => id)),
      [[again.runId], [again.runId, older?.id]],
    );
    assert.deepEqual(await client.get('countRuns', {}), { runs: 2 });

    await client.get('noteRun', { folder: run, note: { star: true, note: 'the good one' } });
    const [noted, ...none] = unpackRuns(await client.get('rowsOfRuns', { folders: [run, join(folder, 'faces'), '/'] }));
    assert.deepEqual([noted?.star, noted?.note, none], [true, 'the good one', []]);
    await client.get('deleteRun', { folder: again.folder });
  });

  it('reads and writes nothing outside of the run’s folder, whatever a model is called', async () => {
    const names = { model: '../../../../faces/person-000/0', version: 'x' };
    const page = await client.ask('queryRows', { folder: run, ...names });
    assert.ok(page.ok ? page.value.rows.length === 0 : page.problem.code === 'neighbours-unusable');
    const table = await client.ask('exportQueries', { folder: run, ...names });
    assert.ok(!table.ok || dirname(table.value.file) === run);
  });

  it('is refused to delete a folder that holds somebody else’s work, and does nothing to it', async () => {
    await writeFile(join(run, 'thesis.tex'), 'years of work');
    const answer = await client.ask('deleteRun', { folder: run });
    assert.equal(!answer.ok && answer.problem.code, 'run-folder-taken');
    assert.ok(existsSync(join(run, 'results.json')));
    await rm(join(run, 'thesis.tex'));
  });

  it('is refused to purge for a file that is neither open nor in the workspace', async () => {
    const answer = await client.ask('purge', { uri: `file://${elsewhere}/any.experiment.yaml` });
    assert.equal(!answer.ok && answer.problem.code, 'file-not-here');
    assert.ok(existsSync(join(elsewhere, '.lookalike')));
  });

  it('loads no native module into the server, whatever was asked', async function () {
    if (process.platform !== 'linux') return this.skip();
    await client.ended((await client.get('startRun', { uri })).folder);
    await client.get('plan', { uri });
    const loaded = await readFile(`/proc/${client.server.pid}/maps`, 'utf8');
    assert.doesNotMatch(loaded, /onnxruntime|hnswlib|sharp|libvips/);
  });

  it('deletes a run, then everything', async () => {
    await client.get('deleteRun', { folder: run });
    assert.ok(!existsSync(run));
    const left = await client.get('listRuns', { uri });
    assert.ok(left.every(({ folder }) => folder !== run));
    const { removed } = await client.get('purge', { uri });
    assert.equal(removed, join(folder, '.lookalike'));
    assert.ok(!existsSync(removed));
  });
});

describe('A workspace that is not trusted', () => {
  it('is edited and not run, until the user trusts it', async () => {
    const folder = await newWorkspace();
    const file = join(folder, 'untrusted.experiment.yaml');
    const client = await clientFor(file, { initializationOptions: { showsRuns: true, trusted: false } });
    const uri = await client.open(file, 'dataset: {use: synthetic, identities: 1, images: 2, size: 96}\n');
    const refused = await client.ask('startRun', { uri });
    assert.equal(!refused.ok && refused.problem.code, 'workspace-untrusted');
    const unplanned = await client.ask('plan', { uri });
    assert.equal(!unplanned.ok && unplanned.problem.code, 'workspace-untrusted');
    await client.connection.sendNotification('lookalike/trustGranted', {});
    const { folder: run } = await client.get('startRun', { uri });
    assert.equal((await client.ended(run)).status, 'done');
    await client.stop();
    await rm(folder, { recursive: true, force: true });
  });
});
