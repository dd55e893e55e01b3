import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clientFor, type LanguageClient } from '../support/language-client.js';
import { writeFaces, writeSmallExperiment } from '../support/small-experiment.js';
import { newWorkspace } from '../support/workspace.js';

const WAITING = fileURLToPath(new URL('../support/waiting-model.mjs', import.meta.url));

interface Progress {
  readonly token: string;
  readonly value: { readonly kind: string; readonly title?: string; readonly percentage?: number };
}

/** What neovim, helix and others announce: progress, refreshing, and nothing of Lookalike. */
const CAPABILITIES = {
  window: { workDoneProgress: true, showDocument: { support: true } },
  workspace: { codeLens: { refreshSupport: true }, inlayHint: { refreshSupport: true } },
};

describe('A client that knows nothing of Lookalike', () => {
  let folder: string;
  let file: string;
  let client: LanguageClient;
  let uri: string;
  const progress: Progress[] = [];
  const messages: string[] = [];
  const refreshed: string[] = [];
  const shown: string[] = [];
  let wake: () => void = () => undefined;

  before(async () => {
    folder = await newWorkspace();
    await writeFaces(join(folder, 'faces'), 6, 3);
    await writeFaces(join(folder, 'many'), 50, 4, 2);
    file = await writeSmallExperiment(folder);
    client = await clientFor(file, { capabilities: CAPABILITIES, initializationOptions: { plugins: [WAITING] } });
    const note =
      <T>(list: T[]) =>
      (item: T) => {
        list.push(item);
        wake();
      };
    const { connection } = client;
    connection.onNotification('$/progress', note(progress));
    connection.onNotification('window/showMessage', ({ message }) => note(messages)(message));
    connection.onRequest('window/workDoneProgress/create', () => null);
    connection.onRequest('window/showDocument', ({ uri }) => {
      note(shown)(uri);
      return { success: true };
    });
    for (const method of ['workspace/codeLens/refresh', 'workspace/inlayHint/refresh']) {
      connection.onRequest(method, () => {
        note(refreshed)(method);
        return null;
      });
    }
    uri = await client.open(file, await readFile(file, 'utf8'));
  });
  after(async () => {
    await client.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }

  const execute = (command: string, argument: object) =>
    client.connection.sendRequest('workspace/executeCommand', { command, arguments: [argument] });

  it('is offered the commands of the lenses', () => {
    assert.deepEqual(client.initialized.capabilities.executeCommandProvider?.commands, [
      ...['lookalike.run', 'lookalike.runStage', 'lookalike.cancel', 'lookalike.showResults'],
      'lookalike.showShardLog',
      'lookalike.fetchModel',
    ]);
  });

  it('runs an experiment by one, and sees progress, a message with the figures, and fresh lenses', async () => {
    await execute('lookalike.run', { uri });
    await until(() => messages.length > 0);
    assert.match(messages[0], /^Small: done\. first top-1 \d+\.\d % · second top-1 \d+\.\d %$/);
    const kinds = progress.map(({ value }) => value.kind);
    assert.equal(kinds[0], 'begin');
    assert.equal(progress[0].value.title, 'Small');
    assert.ok(kinds.includes('report'));
    await until(() => progress.some(({ value }) => value.kind === 'end'));
    await until(() => new Set(refreshed).size === 2);
  });

  it('cancels by the progress that it shows', async () => {
    messages.length = progress.length = 0;
    const model = `{use: test/waiting, name: waiting, until: ${JSON.stringify(join(folder, 'never'))}}`;
    const dataset = '{use: folder, root: many}';
    await client.change(uri, `name: Small\ndataset: ${dataset}\nembed: {models: [${model}]}\n`);
    await execute('lookalike.runStage', { uri, stage: 'embed' });
    await until(() => progress.some(({ value }) => (value.percentage ?? 0) > 0));
    await client.connection.sendNotification('window/workDoneProgress/cancel', { token: progress[0].token });
    await until(() => messages.length > 0);
    assert.match(messages[0], /^Small: cancelled/);
  });

  it('sees results as an HTML file', async () => {
    const runs = await client.get('listRuns', { uri });
    const done = runs.find(({ status }) => status === 'done');
    await execute('lookalike.showResults', { folder: done?.folder });
    await until(() => shown.length > 0);
    assert.match(shown[0], /^file:.*\/report\.html$/);
  });

  it('asks before a program is run, and runs it after a yes', async () => {
    messages.length = 0;
    const answers = [null, { title: 'Allow' }];
    const questions: string[] = [];
    client.connection.onRequest('window/showMessageRequest', ({ message }) => {
      questions.push(message);
      return answers[questions.length - 1];
    });
    const poison =
      "threshold: {percentile: 95}\npoison: {remote: {use: command, run: ['false', '{input}', '{output}']}}\n";
    await client.change(uri, `${await readFile(file, 'utf8')}${poison}`);
    const runs = (await client.get('listRuns', { uri })).length;
    await execute('lookalike.run', { uri });
    assert.deepEqual([questions.length, (await client.get('listRuns', { uri })).length], [1, runs]);
    await execute('lookalike.run', { uri });
    await until(() => messages.length > 0);
    assert.match(messages[0], /^Small: false ended with code 1/);
    assert.match(questions[1], /^poison\.remote \(command\) runs a program .*Allow it\?$/);
  });

  it('is told why nothing was run', async () => {
    messages.length = 0;
    await client.change(uri, 'dataset: {use: foldr}\n');
    await execute('lookalike.run', { uri });
    assert.match(messages[0], /No dataset plugin|foldr/);
    await assert.rejects(execute('lookalike.run', {}), /uri/);
  });
});
