import * as vscode from 'vscode';
import {
  LanguageClient,
  type LanguageClientOptions,
  type ServerOptions,
  State,
  TransportKind,
} from 'vscode-languageclient/node';
import { fail } from '../../../server/src/protocol/errors.js';
import {
  clientNotifications,
  type ExploringProgress,
  type InitializationOptions,
  notifications,
  type RequestName,
  type RequestParams,
  type RequestResult,
  requests,
} from '../../../server/src/protocol/lsp.js';
import type { RunSummary } from '../../../server/src/protocol/runs/run-state.js';
import type { SearchState } from '../../../server/src/protocol/searching/search.js';
import { LANGUAGE } from '../names.js';
import { contributedPlugins } from './contributed-plugins.js';
import { CrashGuard } from './crash-guard.js';

/** Who is told what the server tells. */
export interface ServerListeners {
  readonly log: vscode.LogOutputChannel;
  readonly runChanged: vscode.EventEmitter<RunSummary>;
  readonly runDeleted: vscode.EventEmitter<string>;
  readonly searchChanged: vscode.EventEmitter<SearchState>;
  readonly exploring: vscode.EventEmitter<ExploringProgress>;
  readonly started: vscode.EventEmitter<void>;
}

/** The language server's process, and the connection to it. */
export class ServerClient {
  private readonly client: LanguageClient;

  constructor(
    module: string,
    private readonly listeners: ServerListeners,
  ) {
    const env = { ...process.env, ...QUIET };
    const run = { module, transport: TransportKind.ipc, options: { env } };
    // Where the extension host is debugged, so may the server be, by .vscode/launch.json.
    const debug = { ...run, options: { env, execArgv: ['--inspect=6009'] } };
    const servers: ServerOptions = { run, debug };
    this.client = new LanguageClient('lookalike', 'Lookalike Language Server', servers, this.clientOptions());
    this.listen();
  }

  start(): Promise<void> {
    return this.client.start();
  }

  async restart(): Promise<void> {
    if (this.client.needsStop()) await this.client.stop();
    await this.client.start();
  }

  async request<N extends RequestName>(name: N, params: RequestParams<N>): Promise<RequestResult<N>> {
    const { method, result } = requests[name];
    const answer = await this.client.sendRequest(method, params).catch((error) => notAnswered(method, error));
    return result.parse(answer) as RequestResult<N>;
  }

  grantTrust(): Promise<void> {
    return this.client.sendNotification(clientNotifications.trustGranted.method, {});
  }

  dispose(): Promise<void> {
    return this.client.dispose();
  }

  private clientOptions(): LanguageClientOptions {
    return {
      documentSelector: [{ language: LANGUAGE, scheme: 'file' }],
      initializationOptions: () => initializationOptions(),
      synchronize: { configurationSection: 'lookalike' },
      errorHandler: new CrashGuard(() => this.restart()),
      outputChannelName: 'Lookalike Language Server',
    };
  }

  private listen(): void {
    const { runChanged, runDeleted, searchChanged, exploring, log } = notifications;
    const { client, listeners } = this;
    client.onNotification(runChanged.method, (params) => listeners.runChanged.fire(runChanged.params.parse(params)));
    client.onNotification(runDeleted.method, (params) => {
      listeners.runDeleted.fire(runDeleted.params.parse(params).folder);
    });
    client.onNotification(searchChanged.method, (params) => {
      listeners.searchChanged.fire(searchChanged.params.parse(params));
    });
    client.onNotification(exploring.method, (params) => listeners.exploring.fire(exploring.params.parse(params)));
    client.onNotification(log.method, (params) => this.write(log.params.parse(params)));
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) listeners.started.fire();
    });
  }

  private write({ level, message }: { level: 'info' | 'warning' | 'error'; message: string }): void {
    const { log } = this.listeners;
    if (level === 'error') log.error(message);
    else if (level === 'warning') log.warn(message);
    else log.info(message);
  }
}

/** No telemetry, of no library. */
const QUIET = { ORT_DISABLE_TELEMETRY: '1' };

function initializationOptions(): InitializationOptions {
  const named = vscode.workspace.getConfiguration('lookalike').get<string[]>('plugins', []);
  const plugins = [...new Set([...contributedPlugins(vscode.extensions.all), ...named])];
  return { trusted: vscode.workspace.isTrusted, showsRuns: true, plugins };
}

function notAnswered(method: string, error: unknown) {
  const why = error instanceof Error ? error.message : String(error);
  return fail('server-unavailable', `The language server did not answer ${method}: ${why}`, {
    hint: 'Restart it: Lookalike: Restart Language Server.',
  });
}
