import {
  type CancellationToken,
  CodeLensRefreshRequest,
  type Connection,
  ErrorCodes,
  type InitializeParams,
  InlayHintRefreshRequest,
  ResponseError,
  type ServerCapabilities,
} from 'vscode-languageserver';
import * as z from 'zod';
import { LOCAL, readExecutor } from '../experiment/executor.js';
import type { LanguageServices } from '../language/services.js';
import type { Plugin } from '../plugins/declare.js';
import { loadPlugins } from '../plugins/third-party.js';
import { Throttle } from '../processes/throttle.js';
import { DEVICES, type Device } from '../protocol/choices.js';
import { fail, ok, type Result } from '../protocol/errors.js';
import {
  clientNotifications,
  type ExploringProgress,
  type InitializationOptions,
  initializationOptionsSchema,
  notifications,
  type RequestName,
  requests,
  serverCommands,
} from '../protocol/lsp.js';
import type { ExecutorUse, ProcessIdentity } from '../protocol/runner.js';
import type { RunSummary } from '../protocol/runs/run-state.js';
import type { SearchState } from '../protocol/searching/search.js';
import { visibleText } from '../protocol/text/visible-text.js';
import { identityOf } from '../store/process-identity.js';
import { APPLY_EDIT, type ClientForm, isWorkspaceEdit } from './client-form.js';
import { ModelFetches } from './model-fetches.js';
import type { OpenDocuments } from './open-documents.js';
import { RunCommands } from './run-commands.js';
import { RunReports } from './run-reports.js';
import { type RequestHandlers, requestHandlers } from './runs/requests.js';
import type { LogLevel, RunsHost } from './runs/runs-host.js';
import { ServerRuns } from './runs/server-runs.js';

const REFRESH_EVERY_MS = 500;
const FETCH = serverCommands.fetchModel.command;

/** The user's settings, of which a client sends the section `lookalike`. 0 threads are as many as there are cores. */
const settingsSchema = z.object({
  threads: z.int().nonnegative().catch(0).default(0),
  device: z.unknown().default('cpu'),
  stopWithEditor: z.boolean().catch(false).default(false),
  executor: z.string().catch(LOCAL).default(LOCAL),
  executorSettings: z.record(z.string(), z.unknown()).catch({}).default({}),
});

/** Ties the runs to a connection: answers requests about them, and tells of them in the way that the client shows. */
export class RunServer implements RunsHost {
  readonly runs: ServerRuns;
  private readonly handlers: RequestHandlers;
  private options: InitializationOptions = initializationOptionsSchema.parse({});
  private reports: RunReports | undefined;
  /** The client's process. */
  private editor: number | undefined;
  private readonly refreshing = new Throttle(REFRESH_EVERY_MS, () => this.sendRefresh());
  private refreshable: readonly string[] = [];
  private settings: z.output<typeof settingsSchema> = settingsSchema.parse({});

  constructor(
    private readonly connection: Connection,
    private readonly documents: OpenDocuments,
    readonly services: () => LanguageServices,
    /** Called when the user has come to trust the workspace. */
    private readonly trustGranted: () => Promise<void>,
    /** Called when a model's weights have come. */
    private readonly modelFetched: () => void,
  ) {
    this.runs = new ServerRuns(this);
    this.handlers = requestHandlers(this.runs, this);
    for (const name of Object.keys(requests) as RequestName[]) this.answer(name);
    connection.onNotification(clientNotifications.trustGranted.method, () => {
      this.options = { ...this.options, trusted: true };
      return this.trustGranted();
    });
  }

  /** What the server can do for this client about runs. */
  initialize(
    { initializationOptions, capabilities, processId }: InitializeParams,
    { needsApplyEdit }: ClientForm,
  ): ServerCapabilities {
    this.editor = processId ?? undefined;
    this.options = initializationOptionsSchema.safeParse(initializationOptions ?? {}).data ?? this.options;
    const { workspace, window } = capabilities;
    this.refreshable = [
      ...(workspace?.codeLens?.refreshSupport ? [CodeLensRefreshRequest.method] : []),
      ...(workspace?.inlayHint?.refreshSupport ? [InlayHintRefreshRequest.method] : []),
    ];
    const own = needsApplyEdit ? [FETCH, APPLY_EDIT] : [FETCH];
    if (this.options.showsRuns) return this.executes(own);
    const cancel = (runId: string) => void this.runs.live.cancel(runId);
    this.reports = new RunReports(this.connection, cancel, window?.workDoneProgress ?? false);
    return this.executes([...RunCommands.names, ...own], new RunCommands(this.connection, this.handlers));
  }

  private executes(commands: string[], runCommands?: RunCommands): ServerCapabilities {
    const fetches = new ModelFetches(this.connection, () => this.services().plugins, this.modelFetched);
    this.connection.onExecuteCommand(async ({ command, arguments: given = [] }) => {
      if (command === FETCH) return fetches.execute(given[0]);
      if (command !== APPLY_EDIT) return runCommands?.execute(command, given);
      if (isWorkspaceEdit(given[0])) await this.connection.workspace.applyEdit(given[0]);
    });
    return { executeCommandProvider: { commands } };
  }

  configure(settings: unknown): void {
    const section = (settings as { lookalike?: unknown } | null)?.lookalike;
    this.settings = settingsSchema.safeParse(section).data ?? this.settings;
  }

  /** The plugins that the user's settings name. Importing one runs its code, so that needs trust. */
  async loadPlugins(): Promise<readonly Plugin[]> {
    if (!this.options.trusted) return [];
    const loaded = await loadPlugins(this.options.plugins);
    if (loaded.ok) return loaded.value;
    this.log('error', `${loaded.problem.code} ${loaded.problem.message}`);
    return [];
  }

  openDocument(uri: string) {
    return this.documents.get(uri);
  }
  openDocuments() {
    return this.documents.all();
  }
  trusted(): boolean {
    return this.options.trusted;
  }
  threads(): number | undefined {
    return this.settings.threads || undefined;
  }
  device(): Result<Device> {
    const { device } = this.settings;
    const known = DEVICES.find((name) => name === device);
    if (known) return ok(known);
    const hint = `Set it to one of ${DEVICES.join(', ')}.`;
    return fail('device-unknown', `The setting lookalike.device is ${JSON.stringify(device)}`, { hint });
  }
  executor(): Result<ExecutorUse | undefined> {
    const { executor, executorSettings } = this.settings;
    return readExecutor(executor, executorSettings, this.services().plugins);
  }
  stopWith(): ProcessIdentity | undefined {
    const { editor } = this;
    return this.settings.stopWithEditor && editor !== undefined ? identityOf(editor) : undefined;
  }
  pluginPaths(): readonly string[] {
    return this.options.plugins;
  }

  runChanged(run: RunSummary): void {
    if (this.options.showsRuns) void this.connection.sendNotification(notifications.runChanged.method, run);
    this.reports?.tell(run);
    this.refresh();
  }

  runDeleted(folder: string): void {
    if (this.options.showsRuns) void this.connection.sendNotification(notifications.runDeleted.method, { folder });
  }

  searchChanged(state: SearchState): void {
    if (this.options.showsRuns) void this.connection.sendNotification(notifications.searchChanged.method, state);
  }

  exploring(progress: ExploringProgress): void {
    void this.connection.sendNotification(notifications.exploring.method, progress);
  }

  log(level: LogLevel, text: string): void {
    const message = visibleText(text);
    if (this.options.showsRuns) void this.connection.sendNotification(notifications.log.method, { level, message });
    else this.connection.console.log(message);
  }

  refresh(): void {
    this.refreshing.request();
  }

  private sendRefresh(): void {
    // A client that is going answers nothing.
    for (const method of this.refreshable) this.connection.sendRequest(method).catch(() => undefined);
  }

  private answer<N extends RequestName>(name: N): void {
    const { method, params } = requests[name];
    const handler = this.handlers[name] as (params: unknown, signal: AbortSignal) => Promise<unknown>;
    this.connection.onRequest(method, (given: unknown, token: CancellationToken) => {
      const parsed = (params as z.ZodType).safeParse(given ?? {});
      if (!parsed.success) return new ResponseError(ErrorCodes.InvalidParams, parsed.error.message);
      return handler(parsed.data, signalOf(token));
    });
  }
}

function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}
