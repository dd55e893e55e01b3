import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type {
  CodeAction,
  Command,
  Diagnostic,
  DocumentSymbol,
  Hover,
  PublishDiagnosticsParams,
  RegistrationParams,
  SymbolInformation,
} from 'vscode-languageserver';
import {
  createProtocolConnection,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { URI } from 'vscode-uri';
import { MODERN } from '../support/editor-abilities.js';
import { clientFor, type LanguageClient } from '../support/language-client.js';
import { newWorkspace } from '../support/workspace.js';

const ENTRY = fileURLToPath(new URL('../../bin/lookalike.mjs', import.meta.url));
const MISSING = 'name: x\ndataset: {use: folder, root: faces}\n';

/** Notifications of a method, one after the other; those that came before they are asked for are kept. */
class Heard<T> {
  readonly all: T[] = [];
  private wake: () => void = () => undefined;

  constructor(connection: ProtocolConnection, method: string) {
    connection.onNotification(method, (params: T) => {
      this.all.push(params);
      this.wake();
    });
  }

  async first(passes: (params: T) => boolean): Promise<T> {
    for (;;) {
      const found = this.all.find(passes);
      if (found) return found;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }
}

const codesOf = ({ diagnostics }: PublishDiagnosticsParams) => diagnostics.map(({ code }) => code);

describe('The language server gives each client what it declared', () => {
  let folder: string;
  let file: string;
  let client: LanguageClient;

  beforeEach(async () => {
    folder = await newWorkspace();
    file = join(folder, 'a.experiment.yaml');
  });
  afterEach(async () => {
    await client.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const ask = <T>(method: string, uri: string, more: object = {}): Promise<T> =>
    client.connection.sendRequest(method, { textDocument: { uri }, ...more });

  const diagnosticsOf = async (text: string): Promise<{ uri: string; diagnostics: Diagnostic[] }> => {
    const published = new Heard<PublishDiagnosticsParams>(client.connection, 'textDocument/publishDiagnostics');
    const uri = await client.open(file, text);
    return published
      .first(({ diagnostics }) => diagnostics.length > 0)
      .then(({ diagnostics }) => ({ uri, diagnostics }));
  };

  it('Markdown, a tree, and actions with files to one that knows them', async () => {
    client = await clientFor(file, { capabilities: MODERN });
    const { uri, diagnostics } = await diagnosticsOf(MISSING);
    const hover = await ask<Hover>('textDocument/hover', uri, { position: { line: 1, character: 2 } });
    assert.match(JSON.stringify(hover.contents), /"markdown"/);
    const symbols = await ask<DocumentSymbol[]>('textDocument/documentSymbol', uri);
    assert.ok('range' in symbols[0]);
    const context = { diagnostics };
    const actions = await ask<CodeAction[]>('textDocument/codeAction', uri, { range: diagnostics[0].range, context });
    assert.ok(actions.some(({ edit }) => edit?.documentChanges?.some((change) => 'kind' in change)));
  });

  it('plain words, a list, and commands to one that knows nothing else', async () => {
    client = await clientFor(file, { capabilities: { workspace: { applyEdit: true } } });
    const { uri, diagnostics } = await diagnosticsOf('dataset: {use: synthetc}\n');
    assert.deepEqual(Object.keys(diagnostics[0]).sort(), ['code', 'message', 'range', 'severity', 'source']);
    const hover = await ask<Hover>('textDocument/hover', uri, { position: { line: 0, character: 2 } });
    assert.deepEqual(Object.keys(hover.contents).sort(), ['kind', 'value']);
    assert.doesNotMatch(JSON.stringify(hover.contents), /\*\*|`|"markdown"/);
    const [symbol] = await ask<SymbolInformation[]>('textDocument/documentSymbol', uri);
    assert.equal(symbol.location.uri, uri);

    const applied: unknown[] = [];
    client.connection.onRequest('workspace/applyEdit', ({ edit }) => {
      applied.push(edit);
      return { applied: true };
    });
    const context = { diagnostics };
    const [fix] = await ask<Command[]>('textDocument/codeAction', uri, { range: diagnostics[0].range, context });
    assert.equal(fix.title, 'Write "synthetic"');
    await client.connection.sendRequest('workspace/executeCommand', { command: fix.command, arguments: fix.arguments });
    assert.match(JSON.stringify(applied), /"newText":"synthetic"/);
  });

  it('no creation of files to one that cannot create them', async () => {
    client = await clientFor(file, { capabilities: { ...MODERN, workspace: { applyEdit: true } } });
    const { uri, diagnostics } = await diagnosticsOf(MISSING);
    assert.equal(diagnostics[0].code, 'path-missing');
    const context = { diagnostics };
    const actions = await ask<CodeAction[]>('textDocument/codeAction', uri, { range: diagnostics[0].range, context });
    assert.ok(actions.every(({ edit }) => edit?.documentChanges === undefined));
  });

  it('what the disk said while the text is being written, and moves it with the text', async () => {
    client = await clientFor(file, { capabilities: MODERN });
    const published = new Heard<PublishDiagnosticsParams>(client.connection, 'textDocument/publishDiagnostics');
    const uri = await client.open(file, MISSING);
    await published.first((params) => codesOf(params).includes('path-missing'));
    for (let version = 2; version < 10; version++) {
      const at = { line: 0, character: 6 };
      const contentChanges = [{ range: { start: at, end: at }, text: version === 9 ? 'x\n# ' : 'x' }];
      await client.connection.sendNotification('textDocument/didChange', {
        textDocument: { uri, version },
        contentChanges,
      });
      const { diagnostics } = await published.first((params) => params.version === version);
      assert.deepEqual(
        diagnostics.map(({ code, range }) => [code, range.start.line]),
        [['path-missing', version === 9 ? 2 : 1]],
      );
    }
  });

  it('a wish to be told of the files that its documents name, and looks at them again when it is', async () => {
    client = await clientFor(file, { capabilities: MODERN });
    const registered: RegistrationParams[] = [];
    client.connection.onRequest('client/registerCapability', (params: RegistrationParams) => {
      registered.push(params);
      return null;
    });
    const published = new Heard<PublishDiagnosticsParams>(client.connection, 'textDocument/publishDiagnostics');
    const uri = await client.open(file, MISSING);
    await published.first((params) => codesOf(params).includes('path-missing'));
    // A request's answer comes behind what the server asked before.
    await ask('textDocument/documentSymbol', uri);
    const watchers = registered.flatMap(({ registrations }) =>
      registrations.flatMap((one) => one.registerOptions?.watchers ?? []),
    );
    assert.ok(watchers.some(({ globPattern }: { globPattern: string }) => globPattern === '**/faces'));

    await mkdir(join(folder, 'faces/ada'), { recursive: true });
    const changes = [{ uri: URI.file(join(folder, 'faces')).toString(), type: 1 }];
    published.all.length = 0;
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes });
    await published.first((params) => !codesOf(params).includes('path-missing'));
  });
});

describe('The language server keeps to the order of the protocol', () => {
  let server: ChildProcess;
  let connection: ProtocolConnection;

  beforeEach(() => {
    server = spawn(process.execPath, [ENTRY, 'lsp', '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    assert.ok(server.stdout && server.stdin);
    connection = createProtocolConnection(
      new StreamMessageReader(server.stdout),
      new StreamMessageWriter(server.stdin),
    );
    connection.listen();
  });
  afterEach(async () => {
    if (server.exitCode === null) {
      const exited = once(server, 'exit');
      await connection.sendNotification('exit');
      await exited;
    }
    connection.dispose();
  });

  const initialize = () =>
    connection.sendRequest('initialize', { processId: null, rootUri: null, capabilities: {}, workspaceFolders: null });
  const symbols = () =>
    connection.sendRequest('textDocument/documentSymbol', { textDocument: { uri: 'file:///a.yaml' } });

  it('and answers nothing before it is initialized', async () => {
    await assert.rejects(symbols(), { code: -32002 });
    await initialize();
    assert.equal(await symbols(), null);
    await assert.rejects(initialize(), { code: -32600 });
  });

  it('nor after it was shut down', async () => {
    await initialize();
    await connection.sendRequest('shutdown');
    await assert.rejects(symbols(), { code: -32600 });
  });

  for (const [what, method, params] of [
    ['is opened without a text', 'textDocument/didOpen', { textDocument: { uri: 'file:///a.yaml', version: 1 } }],
    [
      'changes to no text',
      'textDocument/didChange',
      { textDocument: { uri: 'file:///a.yaml', version: 2 }, contentChanges: [{ text: 7 }] },
    ],
    ['has no name', 'textDocument/didClose', {}],
  ] as const) {
    it(`and lives on when a document ${what}`, async () => {
      await initialize();
      await connection.sendNotification(method, params);
      assert.equal(await symbols(), null);
    });
  }
});
