import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CompletionItem, PublishDiagnosticsParams, WorkspaceEdit } from 'vscode-languageserver';
import { URI } from 'vscode-uri';
import { clientFor, type LanguageClient } from '../support/language-client.js';
import { newWorkspace } from '../support/workspace.js';

const TEXT =
  'name: 😀\r\ndataset: synthetc\r\nembed:\r\n  models: [face-recognition]\r\nthreshold: {model: face-recognition}\r\n';

/** What the server publishes, in order, and a way to wait for what it will. */
class Published {
  private readonly all: PublishDiagnosticsParams[] = [];
  private wake: () => void = () => undefined;

  constructor({ connection }: LanguageClient) {
    connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
      this.all.push(params);
      this.wake();
    });
  }

  /** The codes of the first publication from now on that passes. */
  async codes(uri: string, passes: (codes: readonly unknown[], version?: number) => boolean): Promise<unknown[]> {
    for (;;) {
      for (const { uri: of, version, diagnostics } of this.all.splice(0)) {
        const codes = diagnostics.map(({ code }) => code);
        if (of === uri && passes(codes, version)) return codes;
      }
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }
}

describe('A client of the language server, over standard streams', () => {
  let folder: string;
  let client: LanguageClient;
  let published: Published;

  beforeEach(async () => {
    folder = await newWorkspace();
    client = await clientFor(join(folder, 'a.experiment.yaml'));
    published = new Published(client);
  });
  afterEach(async () => {
    await client.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const ask = <T>(method: string, uri: string, more: object): Promise<T> =>
    client.connection.sendRequest(method, { textDocument: { uri }, ...more });
  const change = (uri: string, version: number, line: number, from: number, to: number, text: string) =>
    client.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges: [{ range: { start: { line, character: from }, end: { line, character: to } }, text }],
    });

  it('opens, edits a part, completes and renames, in UTF-16 units and with lines that end as on Windows', async () => {
    const uri = await client.open(join(folder, 'a.experiment.yaml'), TEXT);
    assert.deepEqual(await published.codes(uri, () => true), ['unknown-plugin']);
    await change(uri, 2, 1, 9, 17, 'synthetic');
    assert.deepEqual(await published.codes(uri, (_, version) => version === 2), []);

    await change(uri, 3, 0, 6, 8, '😀 and 😀');
    await change(uri, 4, 5, 0, 0, 'thres');
    const items: CompletionItem[] = await ask('textDocument/completion', uri, { position: { line: 5, character: 5 } });
    const accuracy = items.find(({ label }) => label === 'accuracy');
    assert.deepEqual(accuracy?.textEdit, {
      range: { start: { line: 5, character: 0 }, end: { line: 5, character: 5 } },
      newText: 'accuracy:\r\n  top: [1, 5]',
    });
    await change(uri, 5, 5, 0, 5, '');

    const renamed: WorkspaceEdit = await ask('textDocument/rename', uri, {
      position: { line: 4, character: 22 },
      newName: 'faces',
    });
    assert.match(JSON.stringify(renamed), /faces/);
  });

  it('is told of files that are not there, until they are', async () => {
    const uri = await client.open(join(folder, 'a.experiment.yaml'), 'dataset: {use: folder, root: faces}\n');
    assert.deepEqual(await published.codes(uri, (codes) => codes.length > 0), ['path-missing']);
    await mkdir(join(folder, 'faces', 'ada'), { recursive: true });
    const changes = [{ uri: URI.file(join(folder, 'faces')).toString(), type: 1 }];
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes });
    assert.deepEqual(await published.codes(uri, (codes) => codes.length === 0), []);
  });

  it('may have documents that are not saved, and several folders', async () => {
    const second = await newWorkspace();
    await mkdir(join(second, 'faces', 'ada'), { recursive: true });
    const text = `dataset: {use: folder, root: "\${workspaceFolder}/faces"}\n`;
    const uri = await client.open(join(second, 'sub', 'b.experiment.yaml'), text);
    assert.deepEqual(await published.codes(uri, (codes) => codes.length > 0), ['path-missing']);
    const event = { added: [{ uri: URI.file(second).toString(), name: 'second' }], removed: [] };
    await client.connection.sendNotification('workspace/didChangeWorkspaceFolders', { event });
    assert.deepEqual(await published.codes(uri, (codes) => codes.length === 0), []);

    await writeFile(join(folder, 'faces.csv'), 'image,identity\n');
    const untitled = 'untitled:Untitled-1';
    await client.connection.sendNotification('textDocument/didOpen', {
      textDocument: {
        uri: untitled,
        languageId: 'lookalike-experiment',
        version: 1,
        text: 'dataset: {use: csv, file: faces.csv}\nnmae: x\n',
      },
    });
    assert.deepEqual(await published.codes(untitled, (codes) => codes.length > 0), ['unknown-key']);
    await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri: untitled } });
    assert.deepEqual(await published.codes(untitled, (codes) => codes.length === 0), []);
    await rm(second, { recursive: true, force: true });
  });

  it('gets answers after nonsense: unknown documents, wrong parameters, broken JSON', async () => {
    const uri = await client.open(join(folder, 'a.experiment.yaml'), TEXT);
    await change('file:///nowhere.experiment.yaml', 2, 0, 0, 0, 'x');
    assert.equal(
      await ask('textDocument/completion', 'file:///nowhere', { position: { line: 0, character: 0 } }),
      null,
    );
    await client.connection.sendNotification('textDocument/didChange', { nothing: true });
    await client.connection.sendNotification('textDocument/didOpen', 7);
    await assert.rejects(client.connection.sendRequest('textDocument/completion', { textDocument: { uri } }));
    await assert.rejects(client.connection.sendRequest('lookalike/no-such-request', {}));
    client.server.stdin?.write('Content-Length: 9\r\n\r\n{"half": ');
    const items = await ask<unknown[]>('textDocument/completion', uri, { position: { line: 1, character: 17 } });
    assert.ok(items.length > 0);
  });

  it('is left by a server whose client exits without a word', async () => {
    const other = await clientFor(join(folder, 'a.experiment.yaml'));
    const exited = once(other.server, 'exit');
    other.server.stdin?.end();
    await exited;
  });
});
