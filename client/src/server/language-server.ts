import * as vscode from 'vscode';
import type { ExploringProgress, RequestName, RequestParams, RequestResult } from '../../../server/src/protocol/lsp.js';
import type { RunSummary } from '../../../server/src/protocol/runs/run-state.js';
import type { SearchState } from '../../../server/src/protocol/searching/search.js';
import type { ServerClient } from './server-client.js';

/** The language server, and what it is asked and tells besides the Language Server Protocol. */
export class LanguageServer implements vscode.Disposable {
  private readonly runChanged = new vscode.EventEmitter<RunSummary>();
  private readonly runDeleted = new vscode.EventEmitter<string>();
  private readonly searchChanged = new vscode.EventEmitter<SearchState>();
  private readonly exploring = new vscode.EventEmitter<ExploringProgress>();
  private readonly started = new vscode.EventEmitter<void>();
  readonly onRunChanged = this.runChanged.event;
  /** With the folder of the run. */
  readonly onRunDeleted = this.runDeleted.event;
  readonly onSearchChanged = this.searchChanged.event;
  readonly onExploring = this.exploring.event;
  /** The first time, and after each crash. */
  readonly onStarted = this.started.event;
  private loaded: Promise<ServerClient> | undefined;

  constructor(
    private readonly module: string,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  async start(): Promise<void> {
    await (await this.client()).start();
  }

  /** Begins anew, whatever state it is in. */
  async restart(): Promise<void> {
    await (await this.client()).restart();
  }

  /** Asks the server; what arrives is parsed, and a server that is not there is a problem like any other. */
  async request<N extends RequestName>(name: N, params: RequestParams<N>): Promise<RequestResult<N>> {
    return (await this.client()).request(name, params);
  }

  async grantTrust(): Promise<void> {
    await (await this.client()).grantTrust();
  }

  dispose(): void {
    void this.loaded?.then((client) => client.dispose()).catch((error) => this.log.debug(String(error)));
    for (const emitter of [this.runChanged, this.runDeleted, this.searchChanged, this.exploring, this.started])
      emitter.dispose();
  }

  private client(): Promise<ServerClient> {
    this.loaded ??= this.load();
    return this.loaded;
  }

  /** What speaks to the server is most of the extension’s code: the editor goes on before it is loaded. */
  private async load(): Promise<ServerClient> {
    await new Promise((resolve) => setImmediate(resolve));
    const { ServerClient } = await import('./server-client.js');
    const { module, log, runChanged, runDeleted, searchChanged, exploring, started } = this;
    return new ServerClient(module, { log, runChanged, runDeleted, searchChanged, exploring, started });
  }
}
