import { type Connection, ErrorCodes, MessageType, ResponseError } from 'vscode-languageserver';
import { URI } from 'vscode-uri';
import type { z } from 'zod';
import { type Problem, sentences } from '../protocol/errors.js';
import { commands } from '../protocol/lsp.js';
import type { Permission } from '../protocol/problem.js';
import { showMessage } from './run-reports.js';
import type { RequestHandlers } from './runs/requests.js';

/** The commands of code lenses, for clients that have none of their own. */
export class RunCommands {
  /** What the user has said yes to; asked once. */
  private readonly allowed = new Set<Permission>();

  constructor(
    private readonly connection: Connection,
    private readonly handlers: RequestHandlers,
  ) {}

  static readonly names: string[] = Object.values(commands).map(({ command }) => command);

  async execute(command: string, [argument]: readonly unknown[]): Promise<void> {
    const { run, runStage, cancel, showResults, showShardLog } = commands;
    if (command === run.command) await this.run(parse(run.argument, argument));
    else if (command === runStage.command) await this.run(parse(runStage.argument, argument));
    else if (command === cancel.command) await this.cancel(parse(cancel.argument, argument));
    else if (command === showResults.command) await this.showResults(parse(showResults.argument, argument));
    else if (command === showShardLog.command) await this.showFile(parse(showShardLog.argument, argument));
    else throw new ResponseError(ErrorCodes.InvalidParams, `There is no command ${command}`);
  }

  private async run(what: {
    readonly uri: string;
    readonly stage?: string;
    readonly variant?: string[];
  }): Promise<void> {
    const settings = { ...what, variant: what.variant ?? [], set: [], useCache: true, allow: [...this.allowed] };
    const started = await this.handlers.startRun(settings, never());
    if (started.ok) return;
    const { remedy } = started.problem;
    if (!remedy || !('allow' in remedy) || this.allowed.has(remedy.allow)) return this.show(started.problem);
    if (await this.ask(started.problem, remedy.allow)) await this.run(what);
  }

  private async ask({ message }: Problem, needed: Permission): Promise<boolean> {
    const question = `${message}. Allow it?`;
    const answer = await this.connection.window.showWarningMessage(question, { title: 'Allow' }).catch(() => undefined);
    if (answer?.title === 'Allow') this.allowed.add(needed);
    return this.allowed.has(needed);
  }

  private async cancel(which: { readonly runId: string }): Promise<void> {
    const cancelled = await this.handlers.cancelRun(which, never());
    if (!cancelled.ok) this.show(cancelled.problem);
  }

  /** As an HTML file of the private folder, in whatever the user's system shows one with. */
  private async showResults(which: { readonly folder: string }): Promise<void> {
    const written = await this.handlers.writeReport({ ...which, photographs: true }, never());
    if (!written.ok) return this.show(written.problem);
    const uri = URI.file(written.value.file).toString();
    const shown = await this.connection.window.showDocument({ uri, external: true }).catch(() => undefined);
    if (!shown?.success) showMessage(this.connection, MessageType.Info, `The report is ${written.value.file}`);
  }

  private async showFile({ file }: { readonly file: string }): Promise<void> {
    const uri = URI.file(file).toString();
    const shown = await this.connection.window.showDocument({ uri }).catch(() => undefined);
    if (!shown?.success) showMessage(this.connection, MessageType.Info, `The log is ${file}`);
  }

  private show(problem: Problem): void {
    showMessage(this.connection, MessageType.Error, sentences(problem));
  }
}

function parse<T extends z.ZodType>(schema: T, argument: unknown): z.output<T> {
  const parsed = schema.safeParse(argument);
  if (parsed.success) return parsed.data;
  throw new ResponseError(ErrorCodes.InvalidParams, parsed.error.message);
}

function never(): AbortSignal {
  return new AbortController().signal;
}
