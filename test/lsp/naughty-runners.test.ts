import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
    client = await clientFor(file, { initializationOptions: { showsRuns: true, plugins: [PLUGINS] } });
  });
  after(async () => {
    await client.stop();
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

  it('by messages that are none is told of with its last words and its exit code', async () => {
    const { problem } = await client.ended((await start('babble')).folder);
    assert.equal(problem?.code, 'runner-crashed');
    assert.match(problem?.message ?? '', /ended with code 7/);
    assert.match(problem?.message ?? '', /1001 messages that are no events, .*"nonsense"/);
  });

  it('by dying while a child of its holds the streams is not waited for', async () => {
    const { problem } = await client.ended((await start('orphan')).folder);
    assert.match(problem?.message ?? '', /SIGKILL/);
    const [, pid] = /orphan (\d+)/.exec(problem?.message ?? '') ?? [];
    assert.ok(process.kill(Number(pid), 'SIGKILL'), 'The child was gone before the run was said to have ended');
  });
});
