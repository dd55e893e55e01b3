import * as vscode from 'vscode';
import {
  LanguageClient,
  type LanguageClientOptions,
  type ServerOptions,
  TransportKind,
} from 'vscode-languageclient/node';
import { fail } from '../../../server/src/protocol/errors.js';
import {
  clientNotifications,
  type InitializationOptions,
  notifications,
  type RequestName,
  type RequestParams,
  type RequestResult,
  requests,
} from '../../../server/src/protocol/lsp.js';
import type { RunSummary } from '../../../server/src/protocol/run-state.js';
import { LANGUAGE } from '../names.js';
import { CrashGuard } from './crash-guard.js';

/** The language server's process, and what it is asked and tells besides the Language Server Protocol. */
export class LanguageServer implements vscode.Disposable {
  private readonly client: LanguageClient;
  private readonly runChanged = new vscode.EventEmitter<RunSummary>();
  private readonly runDeleted = new vscode.EventEmitter<string>();
  private readonly started = new vscode.EventEmitter<void>();
  readonly onRunChanged = this.runChanged.event;
  /** With the folder of the run. */
  readonly onRunDeleted = this.runDeleted.event;
  /** The first time, and after each crash. */
  readonly onStarted = this.started.event;

  constructor(
    module: string,
    private readonly log: vscode.LogOutputChannel,
  ) {
    const options = { module, transport: TransportKind.ipc, options: { env: { ...process.env, ...QUIET } } };
    const servers: ServerOptions = { run: options, debug: options };
    this.client = new LanguageClient('lookalike', 'Lookalike Language Server', servers, this.clientOptions());
    this.listen();
  }

  start(): Promise<void> {
    return this.client.start();
  }

  /** Begins anew, whatever state it is in. */
  async restart(): Promise<void> {
    if (this.client.needsStop()) await this.client.stop();
    await this.client.start();
  }

  /** Asks the server; what arrives is parsed, and a server that is not there is a problem like any other. */
  async request<N extends RequestName>(name: N, params: RequestParams<N>): Promise<RequestResult<N>> {
    const { method, result } = requests[name];
    const answer = await this.client.sendRequest(method, params).catch((error) => notAnswered(method, error));
    return result.parse(answer) as RequestResult<N>;
  }

  grantTrust(): Promise<void> {
    return this.client.sendNotification(clientNotifications.trustGranted.method, {});
  }

  dispose(): void {
    void this.client.dispose().catch((error) => this.log.debug(String(error)));
    for (const emitter of [this.runChanged, this.runDeleted, this.started]) emitter.dispose();
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
    const { runChanged, runDeleted, log } = notifications;
    this.client.onNotification(runChanged.method, (params) => this.runChanged.fire(runChanged.params.parse(params)));
    this.client.onNotification(runDeleted.method, (params) => {
      this.runDeleted.fire(runDeleted.params.parse(params).folder);
    });
    this.client.onNotification(log.method, (params) => this.write(log.params.parse(params)));
    this.client.onDidChangeState(({ newState }) => {
      if (newState === 2) this.started.fire();
    });
  }

  private write({ level, message }: { level: 'info' | 'warning' | 'error'; message: string }): void {
    if (level === 'error') this.log.error(message);
    else if (level === 'warning') this.log.warn(message);
    else this.log.info(message);
  }
}

/** No telemetry, of no library. */
const QUIET = { ORT_DISABLE_TELEMETRY: '1' };

function initializationOptions(): InitializationOptions {
  const plugins = vscode.workspace.getConfiguration('lookalike').get<string[]>('plugins', []);
  return { trusted: vscode.workspace.isTrusted, showsRuns: true, plugins };
}

function notAnswered(method: string, error: unknown) {
  const why = error instanceof Error ? error.message : String(error);
  return fail('server-unavailable', `The language server did not answer ${method}: ${why}`, {
    hint: 'Restart it: Lookalike: Restart Language Server.',
  });
}
