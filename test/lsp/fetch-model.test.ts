import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command, Diagnostic } from 'vscode-languageserver';
import { xenovaRepository } from '../support/clip/exports.js';
import { tinyText, tinyVision } from '../support/clip/shapes.js';
import { learnVocabulary, tokenizerJson } from '../support/clip/tokenizer.js';
import { HubServer } from '../support/hub-server.js';
import { clientFor, type LanguageClient } from '../support/language-client.js';
import { newWorkspace } from '../support/workspace.js';

const TEXT = 'dataset: synthetic\nembed: {models: [clip-vit-b-32]}\naccuracy:\n';

describe('A model that was not fetched', () => {
  const { LOOKALIKE_MODELS, HF_ENDPOINT } = process.env;
  const published: Diagnostic[][] = [];
  const progress: string[] = [];
  let folder: string;
  let hub: HubServer;
  let client: LanguageClient;
  let uri: string;
  let wake: () => void = () => undefined;

  before(async () => {
    const vocabulary = learnVocabulary();
    const shapes = [tinyVision(16), tinyText(16, vocabulary.ids.size), tokenizerJson(vocabulary)] as const;
    hub = await HubServer.start(xenovaRepository(...shapes));
    folder = await newWorkspace();
    Object.assign(process.env, { LOOKALIKE_MODELS: join(folder, 'models'), HF_ENDPOINT: hub.url.href });
    const file = join(folder, 'x.experiment.yaml');
    client = await clientFor(file, { capabilities: { window: { workDoneProgress: true } } });
    client.connection.onNotification('textDocument/publishDiagnostics', ({ diagnostics }) => {
      published.push(diagnostics);
      wake();
    });
    client.connection.onRequest('window/workDoneProgress/create', () => null);
    client.connection.onNotification('$/progress', ({ value }) => void progress.push(value.kind));
    uri = await client.open(file, TEXT);
  });
  after(async () => {
    for (const [name, value] of Object.entries({ LOOKALIKE_MODELS, HF_ENDPOINT })) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    await client.stop();
    await hub.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function diagnosticsUntil(passes: (codes: unknown[]) => boolean): Promise<Diagnostic[]> {
    for (;;) {
      const last = published[published.length - 1] ?? [];
      if (published.length > 0 && passes(last.map(({ code }) => code))) return last;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }

  it('is said to be missing, is fetched by the quick fix, with progress, and is missing no more', async () => {
    const [missing] = await diagnosticsUntil((codes) => codes.includes('weights-missing'));
    const actions: Command[] = await client.connection.sendRequest('textDocument/codeAction', {
      ...{ textDocument: { uri }, range: missing.range, context: { diagnostics: [missing] } },
    });
    // This client says nothing of code actions as literals, so that it is answered with commands.
    const fetch = actions.find(({ command }) => command === 'lookalike.fetchModel');
    assert.ok(fetch, JSON.stringify(actions));
    assert.match(fetch.title, /: 352 MB for images, and its text encoder$/);
    await client.connection.sendRequest('workspace/executeCommand', fetch);
    await diagnosticsUntil((codes) => !codes.includes('weights-missing'));
    assert.deepEqual([progress[0], progress[progress.length - 1]], ['begin', 'end']);
    assert.ok(hub.received.some(({ path }) => path === 'onnx/vision_model.onnx'));
  });

  it('is not fetched where nothing of that name is published', async () => {
    const fetch = { command: 'lookalike.fetchModel', arguments: [{ model: '../../etc' }] };
    await assert.rejects(client.connection.sendRequest('workspace/executeCommand', fetch), /published/);
  });
});
