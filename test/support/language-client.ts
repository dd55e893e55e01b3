import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type ClientCapabilities,
  createProtocolConnection,
  type InitializeResult,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { URI } from 'vscode-uri';
import {
  notifications,
  type RequestName,
  type RequestParams,
  type RequestResult,
  requests,
} from '../../server/src/protocol/lsp.js';
import type { RunSummary } from '../../server/src/protocol/runs/run-state.js';

const ENTRY = fileURLToPath(new URL('../../bin/lookalike.mjs', import.meta.url));

export interface ClientOptions {
  /** Workspace folders; default: that of the file that is opened first. */
  readonly folders: readonly string[];
  /** Default: those of a client that shows runs itself. */
  readonly initializationOptions?: object;
  readonly capabilities?: ClientCapabilities;
  /** The editor's process; default: this one. */
  readonly processId?: number;
  /** The command's entry; default: the clone's. */
  readonly entry?: string;
}

/** The built language server in a process of its own, and a client that speaks to it over its standard streams. */
export class LanguageClient {
  /** Every state of a run that was told, in order. */
  readonly told: RunSummary[] = [];
  private waiting: (() => void)[] = [];

  private constructor(
    readonly server: ChildProcess,
    readonly connection: ProtocolConnection,
    readonly initialized: InitializeResult,
  ) {
    connection.onNotification(notifications.runChanged.method, (params) => {
      this.told.push(notifications.runChanged.params.parse(params));
      for (const wake of this.waiting.splice(0)) wake();
    });
  }

  static async start({
    folders,
    capabilities = {},
    entry = ENTRY,
    ...options
  }: ClientOptions): Promise<LanguageClient> {
    const server = spawn(process.execPath, [entry, 'lsp', '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const connection = createProtocolConnection(
      new StreamMessageReader(server.stdout),
      new StreamMessageWriter(server.stdin),
    );
    connection.listen();
    const workspaceFolders = folders.map((folder) => ({ uri: URI.file(folder).toString(), name: folder }));
    const initialized: InitializeResult = await connection.sendRequest('initialize', {
      ...{ processId: options.processId ?? process.pid, rootUri: null, workspaceFolders, capabilities },
      initializationOptions: options.initializationOptions ?? { showsRuns: true },
    });
    await connection.sendNotification('initialized', {});
    return new LanguageClient(server, connection, initialized);
  }

  /** Opens a file with a text, which need not be what is on disk; gives its URI. */
  async open(file: string, text: string): Promise<string> {
    const uri = URI.file(file).toString();
    const textDocument = { uri, languageId: 'lookalike-experiment', version: 1, text };
    await this.connection.sendNotification('textDocument/didOpen', { textDocument });
    return uri;
  }

  async change(uri: string, text: string): Promise<void> {
    const textDocument = { uri, version: Date.now() };
    await this.connection.sendNotification('textDocument/didChange', { textDocument, contentChanges: [{ text }] });
  }

  async ask<N extends RequestName>(name: N, params: RequestParams<N>): Promise<RequestResult<N>> {
    const { method, result } = requests[name];
    return result.parse(await this.connection.sendRequest(method, params)) as RequestResult<N>;
  }

  /** Sends the user's settings, of the section `lookalike`. */
  configure(lookalike: object): Promise<void> {
    return this.connection.sendNotification('workspace/didChangeConfiguration', { settings: { lookalike } });
  }

  /** The answer's value; a problem fails the test. */
  async get<N extends RequestName>(name: N, params: RequestParams<N>) {
    const answer = await this.ask(name, params);
    if (!answer.ok) throw new Error(`${name}: ${answer.problem.code} ${answer.problem.message}`);
    return answer.value;
  }

  /** The first state that was told, or will be, that passes. */
  async state(passes: (run: RunSummary) => boolean): Promise<RunSummary> {
    for (;;) {
      const found = this.told.find(passes);
      if (found) return found;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  /** How the run in a folder ended. */
  ended(folder: string): Promise<RunSummary> {
    return this.state((run) => run.folder === folder && run.status !== 'running');
  }

  async lensTitles(uri: string): Promise<string[]> {
    const lenses: { command?: { title: string } }[] = await this.about('textDocument/codeLens', uri);
    return lenses.map(({ command }) => command?.title ?? '');
  }

  async hintLabels(uri: string): Promise<string[]> {
    const range = { start: { line: 0, character: 0 }, end: { line: 10_000, character: 0 } };
    const hints: { label: string }[] = await this.about('textDocument/inlayHint', uri, { range });
    return hints.map(({ label }) => label);
  }

  /** Asks until the answer passes: what is worked out after a pause is not told of, it is shown. */
  async until<T>(ask: () => Promise<T>, passes: (answer: T) => boolean): Promise<T> {
    for (;;) {
      const answer = await ask();
      if (passes(answer)) return answer;
    }
  }

  async stop(): Promise<void> {
    const exited = once(this.server, 'exit');
    await this.connection.sendRequest('shutdown');
    await this.connection.sendNotification('exit');
    await exited;
    this.connection.dispose();
  }

  private async about<T>(method: string, uri: string, more: object = {}): Promise<T> {
    return this.connection.sendRequest(method, { textDocument: { uri }, ...more });
  }
}

/** A client whose one workspace folder is that of a file. */
export function clientFor(file: string, options: Partial<ClientOptions> = {}): Promise<LanguageClient> {
  return LanguageClient.start({ folders: [dirname(file)], ...options });
}
