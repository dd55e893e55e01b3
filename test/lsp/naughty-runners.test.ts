import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isAlive } from '../../server/src/store/process-identity.js';
import { clientFor, type LanguageClient } from '../support/language-client.js';
import { newWorkspace } from '../support/workspace.js';

const PLUGINS = fileURLToPath(new URL('../support/naughty-datasets.mjs', import.meta.url));

describe('A runner that misbehaves', () => {
  let folder: string;
  let file: string;
  let client: LanguageClient;

  before(async () => {
    folder = await newWorkspace();
    file = join(folder, 'naughty.experiment.yaml');
    process.env.LOOKALIKE_TEST_ORPHAN = join(folder, 'orphan');
    client = await clientFor(file, { initializationOptions: { showsRuns: true, plugins: [PLUGINS] } });
  });
  after(async () => {
    await client.stop();
    delete process.env.LOOKALIKE_TEST_ORPHAN;
    await rm(folder, { recursive: true, force: true });
  });

  async function start(dataset: string) {
    const uri = await client.open(file, `dataset: test/${dataset}\n`);
    return client.get('startRun', { uri });
  }

  it('by flooding its standard output ends with its own problem, and the server answers meanwhile', async () => {
    const { folder } = await start('flood');
    await client.get('listRuns', {});
    const { status, problem } = await client.ended(folder);
    assert.equal(status, 'failed');
    assert.equal(problem?.code, 'dataset-empty');
  });

  it('by hanging is killed when it is cancelled', async () => {
    const { folder, runId } = await start('hang');
    await client.state((run) => run.folder === folder && run.stages.some(({ progress }) => progress?.done === 1));
    await client.get('cancelRun', { runId });
    assert.equal((await client.ended(folder)).status, 'cancelled');
  });

  it('by ending its process is told of in a sentence, and its trace is in the log of the run', async () => {
    const { folder: run } = await start('babble');
    const { problem } = await client.ended(run);
    assert.equal(problem?.code, 'runner-crashed');
    assert.equal(
      problem?.message,
      'The runner ended with code 7 before it finished: RangeError: offset is out of bounds',
    );
    assert.ok(problem?.hint?.includes(join(run, 'runner.log')));
    assert.match(await readFile(join(run, 'runner.log'), 'utf8'), /at Float32Array\.set/);
  });

  it('by dying is not waited for by a child of its that holds the streams, and that ends with it', async () => {
    const { problem } = await client.ended((await start('orphan')).folder);
    assert.match(problem?.message ?? '', /SIGKILL/);
    const orphan = Number(await readFile(join(folder, 'orphan'), 'utf8'));
    assert.ok(orphan > 0);
    while (isAlive(orphan)) await new Promise(setImmediate);
  });
});
