import * as vscode from 'vscode';
import type { RequestParams, RequestValue } from '../../../server/src/protocol/lsp.js';
import type { RunSummary } from '../../../server/src/protocol/runs/run-state.js';
import { unpackRuns } from '../../../server/src/protocol/runs/table/packed-rows.js';
import type { RunNote } from '../../../server/src/protocol/runs/table/run-row.js';
import {
  type FromRunsPage,
  fromRunsPageSchema,
  type ToRunsPage,
} from '../../../server/src/protocol/runs/table/runs-panel.js';
import type { Permissions } from '../runs/permissions.js';
import { removeRuns } from '../runs/remove-runs.js';
import { isRunning, type RunList } from '../runs/run-list.js';
import { showProblem } from '../runs/show-problem.js';
import { withPermission } from '../runs/with-permission.js';
import type { LanguageServer } from '../server/language-server.js';
import { atBest, type Handlers, PageHost, type PageServices } from './page-host.js';
import type { PageBeginning } from './panel-page.js';
import type { ResultsPanels } from './results-panels.js';
import { saveFile } from './save-file.js';

export interface RunsPanelServices extends PageServices {
  readonly server: LanguageServer;
  readonly runs: RunList;
  readonly permissions: Permissions;
  readonly panels: ResultsPanels;
}

/** A screenful comes at once, the others in messages that keep nobody waiting. */
const FIRST_ROWS = 40;
const ROWS_AT_A_TIME = 1000;
/** Rows are read again at the most so often. */
const READING_EVERY_MS = 300;

/** Shows all runs in a panel, for as long as it is there. */
export function fillRunsPanel(panel: vscode.WebviewPanel, services: RunsPanelServices): void {
  void new RunsPanel(panel, services).open();
}

/** The host of the page with the table of runs, which is told of each run that changes. */
class RunsPanel extends PageHost<FromRunsPage, ToRunsPage> {
  protected readonly received = fromRunsPageSchema;
  /** Raised when the runs are listed anew: an answer to an earlier listing is of no use. */
  private listing = 0;
  private isListing = false;
  /** The status of each run in the rows that the page has, by the run's folder. */
  private readonly sent = new Map<string, string>();
  /** What was last heard of each run. */
  private readonly heard = new Map<string, string>();
  private readonly changed = new Set<string>();
  private reading: NodeJS.Timeout | undefined;
  /** The first rows, which are read while VS Code makes room for the page. */
  private begun: ReturnType<RunsPanel['rowsAfter']> | undefined;
  /** What the page has from its beginning, also when it was hidden: until all rows are listed again. */
  private told: readonly ToRunsPage[] = [];

  constructor(
    panel: vscode.WebviewPanel,
    private readonly services: RunsPanelServices,
  ) {
    super(panel, services, 'runs');
    const { server, runs } = services;
    this.whileOpen(
      runs.onChanged((run) => this.follow(run ? [run] : runs.all())),
      server.onRunDeleted((folder) => this.send({ type: 'gone', folders: [folder] })),
      server.onStarted(() => void this.list()),
      new vscode.Disposable(() => clearTimeout(this.reading)),
    );
  }

  async open(): Promise<void> {
    this.begun = this.rowsAfter(undefined, FIRST_ROWS);
    const first = await atBest(this.begun);
    if (first?.ok) this.told = [rowsMessage(first.value, true)];
    await this.load();
  }

  protected beginning(): PageBeginning {
    return { heading: 'Runs', waiting: 'Reading the runs …', kept: {}, told: this.told };
  }

  protected readonly handlers: Handlers<FromRunsPage> = {
    ready: () => this.list(),
    refresh: () => this.list(),
    open: ({ folder }) => this.services.panels.show([folder]),
    compare: ({ folders }) => this.compare(folders),
    runAgain: ({ folders }) => this.runAgain(folders),
    cancel: ({ folders }) => this.cancel(folders),
    remove: ({ folders }) => this.remove(folders),
    star: ({ folders, star }) => this.annotate(folders, (note) => ({ ...note, star })),
    note: ({ folders }) => this.note(folders),
    save: ({ file }) => saveFile(file, this.services.runs.all()[0]?.folder ?? ''),
  };

  /** Sends every run, the newest first. */
  private async list(): Promise<void> {
    const listing = ++this.listing;
    this.isListing = true;
    let after: RequestParams<'runRows'>['after'];
    for (let isFirst = true; ; isFirst = false) {
      const page = await (isFirst ? this.firstPage() : this.rowsAfter(after, ROWS_AT_A_TIME));
      if (listing !== this.listing) return;
      if (!page.ok) {
        this.send({ type: 'problem', problem: page.problem });
        break;
      }
      const { next } = page.value;
      this.sendRows(rowsMessage(page.value, isFirst));
      if (next === null) break;
      after = next;
    }
    this.isListing = false;
    this.follow(this.services.runs.all());
  }

  private firstPage(): ReturnType<RunsPanel['rowsAfter']> {
    const begun = this.begun ?? this.rowsAfter(undefined, FIRST_ROWS);
    this.begun = undefined;
    return begun;
  }

  private rowsAfter(after: RequestParams<'runRows'>['after'], limit: number) {
    return this.services.server.request('runRows', { after, limit });
  }

  /** How far a run is, the page is told at once; its row is read when more of it is done. */
  private follow(runs: readonly RunSummary[]): void {
    const going = runs
      .filter(isRunning)
      .map(({ folder, status, progress, waiting }) => ({ folder, status, progress, waiting }));
    if (going.length > 0) this.send({ type: 'going', runs: going });
    if (this.isListing) return;
    for (const run of runs) {
      const { folder, status } = run;
      const [before, now] = [this.heard.get(folder), stampOf(run)];
      this.heard.set(folder, now);
      const isKnown = before === undefined ? this.sent.get(folder) === status && !isRunning(run) : before === now;
      if (!isKnown) this.changed.add(folder);
    }
    if (this.changed.size > 0) this.reading ??= setTimeout(() => void this.readChanged(), READING_EVERY_MS);
  }

  private async readChanged(): Promise<void> {
    this.reading = undefined;
    const folders = [...this.changed].slice(0, ROWS_AT_A_TIME);
    for (const folder of folders) this.changed.delete(folder);
    await this.readRows(folders);
  }

  private async readRows(folders: string[]): Promise<void> {
    const rows = await this.services.server.request('rowsOfRuns', { folders });
    if (rows.ok) this.sendRows({ type: 'rows', rows: rows.value });
  }

  private sendRows(message: Extract<ToRunsPage, { type: 'rows' }>): void {
    if (message.listing?.afresh) this.sent.clear();
    for (const { folder, status } of message.rows.rows) this.sent.set(folder, status);
    this.send(message);
  }

  private async compare(folders: string[]): Promise<void> {
    const { runs, panels } = this.services;
    const items = folders.map((folder) => ({ folder }));
    // The command knows the runs of the tree, which are the newest.
    if (folders.every((folder) => runs.get(folder))) {
      await vscode.commands.executeCommand('lookalike.compareRuns', undefined, items);
    } else panels.show(folders);
  }

  /** All at once, in this order: each stands in line behind those before it, whatever becomes of this window. */
  private async runAgain(folders: readonly string[]): Promise<void> {
    const { server, permissions, runs } = this.services;
    for (const [n, folder] of folders.entries()) {
      const started = await withPermission(
        permissions,
        runs.get(folder)?.uri ?? vscode.Uri.file(folder).toString(),
        (allow) => server.request('rerun', { folder, allow }),
      );
      const before = n > 0 ? `${n} of ${folders.length} runs were started.` : undefined;
      if (!started.ok) return showProblem(started.problem, before);
    }
  }

  private async cancel(folders: readonly string[]): Promise<void> {
    for (const folder of folders) await vscode.commands.executeCommand('lookalike.cancel', { folder });
  }

  private async remove(folders: string[]): Promise<void> {
    const rows = await this.services.server.request('rowsOfRuns', { folders });
    if (rows.ok) await removeRuns(this.services.server, unpackRuns(rows.value));
    else await showProblem(rows.problem);
  }

  private async note(folders: string[]): Promise<void> {
    const before = await this.services.server.request('rowsOfRuns', { folders: folders.slice(0, 1) });
    const value = before.ok ? before.value.rows[0]?.note : undefined;
    const prompt = folders.length === 1 ? 'A note beside the run' : `The same note beside ${folders.length} runs`;
    const typed = await vscode.window.showInputBox({ title: 'Note', prompt, value });
    if (typed !== undefined) await this.annotate(folders, (note) => ({ ...note, note: typed }));
  }

  private async annotate(folders: string[], change: (before: RunNote) => RunNote): Promise<void> {
    const { server } = this.services;
    const known = await server.request('rowsOfRuns', { folders });
    if (!known.ok) return showProblem(known.problem);
    for (const { folder, star, note } of known.value.rows) {
      const kept = await server.request('noteRun', { folder, note: change({ star, note }) });
      if (!kept.ok) await showProblem(kept.problem);
    }
    await this.readRows(folders);
  }
}

function rowsMessage({ rows, next, total }: RequestValue<'runRows'>, afresh: boolean) {
  return { type: 'rows' as const, rows, listing: { total, isDone: next === null, afresh } };
}

/** Changes when a run's row may say more. */
function stampOf({ status, finishedAt, written, headline, waiting }: RunSummary): string {
  return JSON.stringify([status, finishedAt, written, headline, waiting > 0]);
}
