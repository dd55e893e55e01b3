import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunSummary } from '../../server/src/protocol/runs/run-state.js';
import { cellOf } from '../../server/src/protocol/runs/table/columns.js';
import { unpackRuns } from '../../server/src/protocol/runs/table/packed-rows.js';
import { RUNS_AT_ONCE } from '../../server/src/store/run-queue.js';
import { runToResults } from '../support/command-line.js';
import { type ClientOptions, clientFor, type LanguageClient } from '../support/language-client.js';
import { writeFaces, writeSmallExperiment } from '../support/small-experiment.js';
import { newWorkspace } from '../support/workspace.js';

const WAITING = fileURLToPath(new URL('../support/waiting-model.mjs', import.meta.url));

const isRunning = (run: RunSummary) => run.status === 'running';
const isComputing = (run: RunSummary) =>
  isRunning(run) && run.stages.some(({ name, status }) => name === 'embed' && status === 'running');

describe('Runs of the language server', () => {
  let folder: string;
  let file: string;
  let text: string;
  let client: LanguageClient;

  before(async () => {
    folder = await newWorkspace();
    await writeFaces(join(folder, 'faces'), 6, 3);
    await writeFaces(join(folder, 'many'), 50, 4, 2);
    file = await writeSmallExperiment(folder);
    text = await readFile(file, 'utf8');
  });
  beforeEach(async () => {
    client = await newClient();
  });
  afterEach(() => client.stop());
  after(() => rm(folder, { recursive: true, force: true }));

  function newClient(options: Partial<ClientOptions> = {}) {
    return clientFor(file, { ...options, initializationOptions: { showsRuns: true, plugins: [WAITING] } });
  }

  const many = () => text.replace('root: faces', 'root: many');

  const signal = (name: string) => join(folder, `${name}.signal`);

  /** An experiment that computes until `giveSignal` of the same name. */
  const waitingFor = (name: string) => `name: Waiting
dataset: {use: folder, root: many}
embed: {models: [{use: test/waiting, name: waiting, until: ${JSON.stringify(signal(name))}}]}
index: flat
accuracy: {top: [1]}
`;
  const giveSignal = (name: string) => writeFile(signal(name), '');

  it('run the text of the editor, saved or not, and tell of every stage until the figures are there', async () => {
    const uri = await client.open(file, text.replace('name: Small', 'name: Unsaved'));
    const { folder, runId } = await client.get('startRun', { uri, useCache: false });
    const end = await client.ended(folder);
    assert.equal(end.status, 'done');
    assert.equal(end.name, 'Unsaved');
    assert.equal(end.id, runId);
    assert.deepEqual(
      end.stages.map(({ name, status }) => `${name} ${status}`),
      ['dataset done', 'embed done', 'index done', 'accuracy done'],
    );
    assert.match(end.headline[0].label, /^first top-1$/);
    assert.match(end.headline[0].value, /^\d+\.\d %$/);
    assert.match(await readFile(join(folder, 'spec.yaml'), 'utf8'), /name: Unsaved/);
    const [listed] = await client.get('listRuns', { uri });
    assert.equal(listed.folder, folder);
  });

  it('compute on the device that the user’s settings name, and never on another', async () => {
    const absent = process.platform === 'win32' ? 'coreml' : 'dml';
    const uri = await client.open(file, text);
    await client.configure({ device: absent });
    const { problem, status } = await client.ended((await client.get('startRun', { uri })).folder);
    assert.deepEqual([status, problem?.code], ['failed', 'device-unavailable']);
    await client.configure({ device: 'abacus' });
    const refused = await client.ask('startRun', { uri });
    assert.ok(!refused.ok);
    assert.equal(refused.problem.code, 'device-unknown');
    assert.match(refused.problem.hint ?? '', /cpu, webgpu, cuda, dml, coreml/);
  });

  it('are told to a second that its cache was filled by the first', async () => {
    const uri = await client.open(file, text);
    await client.ended((await client.get('startRun', { uri })).folder);
    const again = await client.ended((await client.get('startRun', { uri })).folder);
    assert.equal(again.stages.find(({ name }) => name === 'embed')?.status, 'cached');
  });

  it('tell their figures as soon as each is measured, as those of a run that goes on', async () => {
    const judged = `${many()}queries: {sample: 60}\nthreshold: {model: first}\ncountermeasures: {soft: {use: blur, sigma: 1}, half: {use: resize, scale: 0.5}}\n`;
    const uri = await client.open(file, judged);
    const { folder } = await client.get('startRun', { uri, useCache: false });
    const early = await client.state((run) => run.folder === folder && isRunning(run) && run.headline.length >= 2);
    assert.deepEqual(
      early.headline.slice(0, 2).map(({ label }) => label),
      ['first top-1', 'second top-1'],
    );
    assert.ok(early.written >= 2, 'a part each');
    const { results } = await client.get('readRun', { folders: [folder] });
    assert.equal(results.run.status, 'running');
    assert.deepEqual(results.expect, []);
    const beside = await client.hintLabels(uri);
    assert.ok(
      beside.some((label) => label.startsWith('running: top-1')),
      beside.join('\n'),
    );
    const end = await client.ended(folder);
    assert.deepEqual(
      end.headline.slice(0, early.headline.length),
      early.headline,
      'a figure that was shown is the one that stays',
    );
    assert.ok((await client.hintLabels(uri)).every((label) => !label.startsWith('running: ')));
  });

  it('are cancelled, are not purged meanwhile, and go on where they were', async () => {
    const uri = await client.open(file, waitingFor('resume'));
    const { folder, runId } = await client.get('startRun', { uri });
    await client.state((run) => run.folder === folder && isComputing(run));
    const purged = await client.ask('purge', { uri });
    assert.equal(!purged.ok && purged.problem.code, 'run-going-on');
    await client.get('cancelRun', { runId });
    assert.equal((await client.ended(folder)).status, 'cancelled');
    const { results } = await client.get('readRun', { folders: [folder] });
    assert.equal(results.run.status, 'cancelled');
    assert.ok(results.images.total > 0, 'what was listed is shown');
    await giveSignal('resume');
    const resumed = await client.ended((await client.get('startRun', { uri })).folder);
    assert.equal(resumed.status, 'done');
  });

  it('say why they ended where the runner is killed from outside, and the server lives on', async () => {
    const uri = await client.open(file, waitingFor('nothing'));
    const { folder } = await client.get('startRun', { uri });
    await client.state((run) => run.folder === folder && isComputing(run));
    process.kill(JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')).pid, 'SIGKILL');
    const end = await client.ended(folder);
    assert.equal(end.status, 'failed');
    assert.equal(end.problem?.code, 'runner-crashed');
    assert.match(end.problem?.message ?? '', /killed by SIGKILL/);
    assert.equal(end.stages.find(({ name }) => name === 'embed')?.status, 'failed');
    const { results } = await client.get('readRun', { folders: [folder] });
    assert.deepEqual([results.run.status, results.stages.map(({ name }) => name)], ['failed', ['dataset']]);
    assert.ok((await client.lensTitles(uri)).some((title) => title.startsWith('✗ failed: The runner was killed')));
    assert.ok((await client.lensTitles(uri)).includes('▶ Run'));
  });

  it('of a file with a matrix follow each other, are cancelled together, and go on where they were', async () => {
    const matrix = 'queries: {sample: 4}\nmatrix: {queries.seed: [1, 2, 3]}\n';
    const uri = await client.open(file, text + matrix);
    const first = await client.get('startRun', { uri, variant: ['queries.seed=2'] });
    const only = await client.ended(first.folder);
    assert.deepEqual([only.status, only.variant], ['done', { 'queries.seed': 2 }]);

    const slow = await client.open(join(folder, 'slow.experiment.yaml'), waitingFor('sweep') + matrix);
    const begun = await client.get('startRun', { uri: slow });
    await client.state((run) => run.folder === begun.folder && isComputing(run));
    assert.ok((await client.lensTitles(slow)).some((title) => title.startsWith('running seed=1')));
    const refused = await client.ask('startRun', { uri: slow });
    assert.equal(!refused.ok && refused.problem.code, 'run-going-on');
    await client.get('cancelRun', { runId: begun.runId });
    assert.equal((await client.ended(begun.folder)).status, 'cancelled');

    await giveSignal('sweep');
    await client.get('startRun', { uri: slow });
    const last = await client.state((run) => run.variant?.['queries.seed'] === 3 && run.status === 'done');
    const runs = (await client.get('listRuns', { uri: slow })).filter(({ sweep }) => sweep === last.sweep);
    assert.deepEqual(runs.map(({ variant, status }) => [variant?.['queries.seed'], status]).sort(), [
      [1, 'cancelled'],
      [1, 'done'],
      [2, 'done'],
      [3, 'done'],
    ]);
    assert.ok((await client.lensTitles(slow)).includes('▶ Run 3 variants'));
    const again = await client.get('startRun', { uri: slow, variant: ['queries.seed=2'], useCache: false });
    assert.equal((await client.ended(again.folder)).status, 'done');
  });

  it('of a sweep outlive a server that is killed, variant after variant, and are cancelled by the next', async () => {
    const sweeping = join(folder, 'sweeping.experiment.yaml');
    const matrix = 'queries: {sample: 4}\nmatrix: {queries.seed: [1, 2]}\n';
    const other = await newClient();
    const uri = await other.open(sweeping, waitingFor('outlived') + matrix);
    const first = await other.get('startRun', { uri });
    await other.state((run) => run.folder === first.folder && isComputing(run));
    other.server.kill('SIGKILL');
    await giveSignal('outlived');
    await client.open(sweeping, waitingFor('outlived') + matrix);
    const last = await client.state((run) => run.variant?.['queries.seed'] === 2 && run.status === 'done');
    assert.equal(last.variantCount, 2);
    assert.equal((await client.ended(first.folder)).sweep, last.sweep);

    await client.change(uri, waitingFor('nothing') + matrix);
    const begun = await client.get('startRun', { uri });
    const next = await newClient();
    await next.open(sweeping, waitingFor('nothing') + matrix);
    await next.state((run) => run.folder === begun.folder && isComputing(run));
    const refused = await next.ask('startRun', { uri });
    assert.equal(!refused.ok && refused.problem.code, 'run-going-on');
    await next.get('cancelRun', { runId: begun.runId });
    assert.equal((await next.ended(begun.folder)).status, 'cancelled');
    const [newest] = await next.get('listRuns', { uri });
    assert.equal(newest?.folder, begun.folder, 'nothing more was begun');
    await next.stop();
  });

  it('of a sweep are of the text that it began with, though its file is edited and deleted meanwhile', async () => {
    const edited = join(folder, 'edited.experiment.yaml');
    const begun = `${waitingFor('edited')}queries: {sample: 4}\nmatrix: {queries.seed: [1, 2]}\n`;
    await writeFile(edited, begun);
    const uri = await client.open(edited, begun);
    const first = await client.get('startRun', { uri });
    await client.state((run) => run.folder === first.folder && isComputing(run));
    await client.change(uri, begun.replace('[1, 2]', '[3, 4, 5]'));
    await rm(edited);
    await giveSignal('edited');
    const last = await client.state((run) => run.variant?.['queries.seed'] === 2 && run.status === 'done');
    assert.deepEqual([last.sweep !== undefined, last.variantCount], [true, 2]);

    const anew = await client.ended((await client.get('startRun', { uri })).folder);
    assert.deepEqual([anew.status, anew.variant, anew.variantCount], ['done', { 'queries.seed': 3 }, 3]);
    assert.notEqual(anew.sweep, last.sweep);
    await client.state((run) => run.variant?.['queries.seed'] === 5 && run.status === 'done');
  });

  it('beyond what the cores take wait for those before them, go on in their order, and are cancelled as any other', async () => {
    const files = Array.from({ length: RUNS_AT_ONCE + 2 }, (_, n) => join(folder, `queued-${n}.experiment.yaml`));
    const runs: { folder: string; runId: string }[] = [];
    for (const one of files)
      runs.push(await client.get('startRun', { uri: await client.open(one, waitingFor('queue')) }));
    const [third, fourth] = runs.slice(RUNS_AT_ONCE) as [(typeof runs)[0], (typeof runs)[0]];
    const waiting = await client.state((run) => run.folder === fourth.folder && run.waiting === 2);
    assert.ok(!waiting.stages.some(({ status }) => status !== 'idle'), 'nothing of it has begun');
    assert.ok((await client.lensTitles(waiting.uri)).includes('waiting for 2 runs to end'));
    await client.get('cancelRun', { runId: third.runId });
    assert.equal((await client.ended(third.folder)).status, 'cancelled');
    await client.state((run) => run.folder === fourth.folder && run.waiting === 1);
    await giveSignal('queue');
    for (const { folder } of [...runs.slice(0, RUNS_AT_ONCE), fourth])
      assert.equal((await client.ended(folder)).status, 'done');
  });

  it('are repeated as often as is asked, each in line behind those before it', async () => {
    const uri = await client.open(file, waitingFor('again'));
    const first = await client.get('startRun', { uri });
    await client.state((run) => run.folder === first.folder && isComputing(run));
    const again = [];
    for (let n = 0; n < RUNS_AT_ONCE; n++) again.push(await client.get('rerun', { folder: first.folder }));
    const last = again.at(-1)!;
    await client.state((run) => run.folder === last.folder && run.waiting === 1);
    const folders = [first.folder, last.folder];
    const [begun, behind] = unpackRuns(await client.get('rowsOfRuns', { folders }));
    assert.deepEqual(
      [begun, behind].map((row) => cellOf(row!, 'status')),
      ['running', 'waiting'],
    );
    await giveSignal('again');
    for (const { folder } of [first, ...again]) assert.equal((await client.ended(folder)).status, 'done');
  });

  it('of two files go on at once, and of one file one at a time', async () => {
    const other = join(folder, 'other.experiment.yaml');
    const [first, second] = await Promise.all([file, other].map((each) => client.open(each, waitingFor('both'))));
    const runs = [await client.get('startRun', { uri: first }), await client.get('startRun', { uri: second })];
    const third = await client.ask('startRun', { uri: first });
    assert.equal(!third.ok && third.problem.code, 'run-going-on');
    for (const { folder } of runs) await client.state((run) => run.folder === folder && isComputing(run));
    await giveSignal('both');
    for (const run of runs) assert.equal((await client.ended(run.folder)).status, 'done');
  });

  it('are not begun of a file with an error, nor of one that is neither open nor in the workspace', async () => {
    const uri = await client.open(file, text.replace('use: folder', 'use: foldr'));
    const wrong = await client.ask('startRun', { uri });
    assert.equal(!wrong.ok && wrong.problem.code, 'unknown-plugin');
    const elsewhere = await client.ask('startRun', { uri: 'file:///etc/passwd' });
    assert.equal(!elsewhere.ok && elsewhere.problem.code, 'file-not-here');
  });

  it('are told apart by what differs in their files, and by the stage that they stopped after', async () => {
    const uri = await client.open(file, text);
    await client.ended((await client.get('startRun', { uri })).folder);
    await client.change(uri, text.replace('top: [1, 5]', 'top: [1, 3]'));
    const second = await client.get('startRun', { uri, stage: 'accuracy' });
    await client.ended(second.folder);
    const listed = (await client.get('listRuns', { uri })).find(({ folder }) => folder === second.folder);
    assert.deepEqual([listed?.differs, listed?.stage], [['top: [1,3]'], 'accuracy']);
  });

  it('of another process are noticed, and shown as they end', async () => {
    await client.open(file, text);
    const results = await runToResults(file);
    const seen = await client.state((run) => run.id === results.run.id && run.status === 'done');
    assert.equal(seen.own, false);
    assert.equal(seen.headline.length, 2);
  });

  it('whose process died without a word are shown as interrupted', async () => {
    const dead = join(folder, '.lookalike/runs/20200101-000000-abcdef');
    await mkdir(dead, { recursive: true });
    const record = { id: 'x', file, name: 'Dead', status: 'running', host: (await import('node:os')).hostname() };
    await writeFile(
      join(dead, 'run.json'),
      JSON.stringify({ ...record, pid: 2 ** 22, startedAt: '2020-01-01T00:00:00.000Z' }),
    );
    const uri = await client.open(file, text);
    const runs = await client.get('listRuns', { uri });
    assert.equal(runs.find((run) => run.folder === dead)?.status, 'interrupted');
    await client.get('deleteRun', { folder: dead });
    assert.ok(!existsSync(dead));
  });

  it('that a file of theirs was cut or made by a newer version are listed with that problem', async () => {
    const odd = join(folder, '.lookalike/runs/20200101-000001-abcdef');
    await mkdir(odd, { recursive: true });
    await writeFile(join(odd, 'run.json'), '{"id": ');
    await writeFile(join(odd, 'results.json'), JSON.stringify({ schema: 99, name: 7 }));
    const runs = await client.get('listRuns', {});
    assert.equal(runs.find((run) => run.folder === odd)?.problem?.code, 'results-version');
    const [row] = unpackRuns(await client.get('rowsOfRuns', { folders: [odd] }));
    assert.deepEqual([row?.problem?.code, row?.figures], ['results-version', {}], 'in the table, too');
    await rm(odd, { recursive: true });
  });

  it('outlive the server, and are found, shown and cancelled by the next', async () => {
    const other = await newClient();
    const uri = await other.open(file, waitingFor('nothing'));
    const { folder, runId } = await other.get('startRun', { uri });
    await other.state((run) => run.folder === folder && isComputing(run));
    await other.stop();
    const next = await newClient();
    await next.open(file, waitingFor('nothing'));
    const seen = await next.state((run) => run.folder === folder && isComputing(run));
    assert.equal(seen.own, true);
    assert.ok((await next.lensTitles(uri)).includes('■ Cancel'));
    const again = await next.ask('startRun', { uri });
    assert.equal(!again.ok && again.problem.code, 'run-going-on');
    await next.get('cancelRun', { runId });
    assert.equal((await next.ended(folder)).status, 'cancelled');
    await next.stop();
  });

  it('outlive a server that is killed, to their end', async () => {
    const other = await newClient();
    const uri = await other.open(file, waitingFor('alone'));
    const { folder } = await other.get('startRun', { uri });
    await other.state((run) => run.folder === folder && isComputing(run));
    other.server.kill('SIGKILL');
    await giveSignal('alone');
    await client.open(file, waitingFor('alone'));
    const end = await client.ended(folder);
    assert.equal(end.status, 'done');
    assert.equal(end.headline.length, 1);
  });

  it('end with the editor, and say so, where the user wants that', async () => {
    const editor = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const other = await newClient({ processId: editor.pid });
    const uri = await other.open(file, waitingFor('nothing'));
    await other.configure({ stopWithEditor: true });
    const { folder } = await other.get('startRun', { uri });
    await other.state((run) => run.folder === folder && isComputing(run));
    await client.open(file, waitingFor('nothing'));
    editor.kill('SIGKILL');
    // The server of that editor ends with it too, be it before or after it tells.
    const { status, problem } = await client.ended(folder);
    assert.deepEqual([status, problem?.code], ['cancelled', 'stopped-with-editor']);
    other.server.kill('SIGKILL');
  });
});
