import * as vscode from 'vscode';
import * as z from 'zod';
import type { Result } from '../../../server/src/protocol/errors.js';
import type { RequestParams, RequestResult, RequestValue } from '../../../server/src/protocol/lsp.js';
import type { RunSummary } from '../../../server/src/protocol/runs/run-state.js';
import { fileNamePrefix } from '../../../server/src/protocol/runs/saved-name.js';
import { fromPanelSchema, type ReceivedFromPanel, type ToPanel } from '../../../server/src/protocol/webview.js';
import { isRunning, type RunList } from '../runs/run-list.js';
import type { LanguageServer } from '../server/language-server.js';
import { imageViews } from './image-views.js';
import { atBest, type Handlers, PageHost, type PageServices } from './page-host.js';
import type { PageBeginning } from './panel-page.js';
import { photographFolders } from './photograph-folders.js';
import { queryViews } from './query-views.js';
import { askPhotographs, saveCopy, saveFile, saveInto } from './save-file.js';
import { saveAs } from './save-subset.js';
import { readSpec } from './spec-file.js';
import { subsetFrom } from './subset.js';
import { bytesOf, writeThreshold } from './threshold.js';

export interface PanelServices extends PageServices {
  readonly server: LanguageServer;
  readonly runs: RunList;
}

type Message<T extends ReceivedFromPanel['type']> = Extract<ReceivedFromPanel, { type: T }>;

/** What a page keeps of itself while VS Code is closed: which runs it shows. */
const keptSchema = z.object({ folders: z.array(z.string()).min(1) });

/** The folders of the runs that a page showed when VS Code was closed. */
export function foldersKept(kept: unknown): readonly string[] | undefined {
  return keptSchema.safeParse(kept).data?.folders;
}

/** Shows the runs of these folders in a panel, for as long as it is there. */
export function fillPanel(panel: vscode.WebviewPanel, folders: readonly string[], services: PanelServices): void {
  void new ResultsPanel(panel, folders, services).open();
}

/** The host of one page of results, which is also told what happens to its run. */
class ResultsPanel extends PageHost<ReceivedFromPanel, ToPanel> {
  protected readonly received = fromPanelSchema;
  /** How often the results had been written when the page last got them. */
  private written = -1;
  /** The figures that the page is sent first, read while VS Code makes room for it. */
  private figures: Promise<RequestResult<'readRun'>> | undefined;
  /** Settled when the rows that were asked for last are sent. */
  private rows: Promise<void> | undefined;
  /** What the page has from its beginning. */
  private told: readonly ToPanel[] = [];

  constructor(
    panel: vscode.WebviewPanel,
    private readonly folders: readonly string[],
    private readonly services: PanelServices,
  ) {
    super(panel, services, 'panel');
    this.whileOpen(
      services.runs.onChanged((run) => this.follow(run)),
      services.server.onExploring(({ folder, ...progress }) => {
        if (folder === this.folder) this.send({ type: 'exploring', ...progress });
      }),
      new vscode.Disposable(() => void services.server.request('stopExploring', { folder: this.folder })),
    );
  }

  private get folder(): string {
    return this.folders[0]!;
  }

  /** With what its photographs need from the beginning: to let a page load from more folders loads it anew. */
  async open(): Promise<void> {
    this.figures = this.read(false);
    const [folders, figures] = await Promise.all([
      photographFolders(this.folder, this.services.roots),
      atBest(this.figures),
    ]);
    this.photographs = folders;
    this.told = this.beginWith(figures);
    await this.load();
  }

  private read(neighbours: boolean): Promise<RequestResult<'readRun'>> {
    return this.services.server.request('readRun', { folders: [...this.folders], neighbours });
  }

  /** What does not change any more: VS Code hands the page its beginning again whenever it was hidden. */
  private beginWith(figures: RequestResult<'readRun'> | undefined): ToPanel[] {
    const run = this.services.runs.get(this.folder);
    if (!run || isRunning(run) || !figures?.ok) return [];
    this.figures = undefined;
    this.setTitle('Results', figures.value.results.name);
    return [
      { type: 'progress', run },
      { type: 'report', data: figures.value },
    ];
  }

  protected beginning(): PageBeginning {
    const heading = this.services.runs.get(this.folder)?.name ?? 'Results';
    return { heading, waiting: 'Reading the run …', kept: { folders: this.folders }, told: this.told };
  }

  protected readonly handlers: Handlers<ReceivedFromPanel> = {
    ready: () => this.sendAll(),
    save: ({ file }) => saveFile(file, this.folder),
    askNeighbours: () => this.sendNeighbours(),
    askPage: (asked) => {
      this.rows = this.sendPage(asked);
    },
    askQuery: (asked) => this.sendQuery(asked),
    askQueries: (asked) => this.sendQueries(asked),
    askDistances: (asked) => this.sendDistances(asked),
    askPeople: ({ question, selection, offset, limit }) =>
      this.answered(question, 'people', { ...selection, folder: this.folder, offset, limit }, (people) => {
        this.send({ type: 'people', question, people });
      }),
    askSimilarities: ({ question, model, identities }) =>
      this.answered(question, 'similarities', { folder: this.folder, model, identities }, (similarities) => {
        this.send({ type: 'similarities', question, similarities });
      }),
    askMap: ({ question, model, method }) =>
      this.answered(question, 'faceMap', { folder: this.folder, model, method }, (map) => {
        this.send({ type: 'faceMap', question, map });
      }),
    askImages: (asked) => this.sendImages(asked),
    stopExploring: () => this.services.server.request('stopExploring', { folder: this.folder }),
    saveImages: (chosen) => this.saveImages(chosen),
    setThreshold: ({ form, value }) => writeThreshold(this.services.server, { folder: this.folder, form, value }),
    askPhotographs: (asked) => this.sendPhotographs(asked),
    exportQueries: ({ selection }) => this.exported('exportQueries', { ...selection, folder: this.folder }),
    exportReport: () => this.exportReport(),
    exportFigures: ({ choice }) => this.exportFigures(choice),
    cancel: () => vscode.commands.executeCommand('lookalike.cancel', { folder: this.folder }),
    openExperiment: () => vscode.commands.executeCommand('lookalike.openExperiment', { folder: this.folder }),
    showPhotographs: () => this.showPhotographs(),
  };

  private async sendAll(): Promise<void> {
    const run = this.services.runs.get(this.folder);
    if (run) this.send({ type: 'progress', run });
    if (this.told.length > 0 || this.sendRun(await (this.figures ?? this.read(false)))) await this.sendComparison();
    this.figures = undefined;
    this.send({ type: 'specs', texts: await Promise.all(this.folders.map(readSpec)) });
  }

  private async sendReport(): Promise<void> {
    if (!this.sendRun(await this.read(false))) return;
    await this.sendComparison();
    await this.sendNeighbours();
  }

  /** Last: neighbours and photographs are looked for among all queries, of which there may be many. */
  private async sendNeighbours(): Promise<void> {
    await this.rows;
    this.sendRun(await this.read(true));
  }

  private async sendComparison(): Promise<void> {
    if (this.folders.length < 2) return;
    const compared = await this.services.server.request('compareRuns', { folders: [...this.folders] });
    const answer = compared.ok
      ? { comparison: compared.value, problem: null }
      : { comparison: null, problem: compared.problem };
    this.send({ type: 'comparison', ...answer });
  }

  /** While a run goes on there may be no figures yet, which is no problem. */
  private sendRun(report: RequestResult<'readRun'>): boolean {
    if (report.ok) {
      this.setTitle('Results', report.value.results.name);
      this.send({ type: 'report', data: report.value });
    } else if (!this.isLive()) {
      this.send({ type: 'problem', problem: report.problem });
    }
    return report.ok;
  }

  /** After the experiment: a run's own name says nothing to whom the report is passed on. */
  private reportName(): string | undefined {
    const run = this.services.runs.get(this.folder);
    return run && `${fileNamePrefix(run.name, run.id)}.html`;
  }

  private isLive(): boolean {
    const run = this.services.runs.get(this.folder);
    return run !== undefined && isRunning(run);
  }

  /** Each change is shown; figures are read anew when there are more, and when the run has ended. */
  private follow(changed: RunSummary | undefined): void {
    if (changed?.folder !== this.folder) return;
    this.send({ type: 'progress', run: changed });
    const written = isRunning(changed) ? changed.written : Number.POSITIVE_INFINITY;
    if (written === this.written) return;
    this.written = written;
    void this.sendReport();
  }

  private async sendPage({ question, selection, offset, limit }: Message<'askPage'>): Promise<void> {
    const page = await this.services.server.request('queryRows', { ...selection, folder: this.folder, offset, limit });
    if (page.ok) this.send({ type: 'page', question, page: page.value });
    else this.send({ type: 'refused', question, problem: page.problem });
  }

  private async sendQuery({ question, id, run }: Message<'askQuery'>): Promise<void> {
    const found = await this.viewsOf(question, [id], this.folders[run] ?? this.folder);
    if (found) this.send({ type: 'query', question, ...found });
  }

  private async sendQueries({ question, ids }: Message<'askQueries'>): Promise<void> {
    const found = await this.viewsOf(question, ids, this.folder);
    if (found) this.send({ type: 'query', question, ...found });
  }

  private async sendPhotographs({ question, ids }: Message<'askPhotographs'>): Promise<void> {
    const found = await this.viewsOf(question, ids, this.folder);
    if (!found) return;
    const photographs = Object.fromEntries(
      found.views.flatMap(({ id, photographs }) => (photographs[id] ? [[id, photographs[id]]] : [])),
    );
    this.send({ type: 'photographs', question, photographs, hiddenIn: found.hiddenIn });
  }

  /** What the server answers, or why it does not. */
  private async answered<N extends 'people' | 'similarities' | 'faceMap'>(
    question: number,
    name: N,
    params: RequestParams<N>,
    send: (value: RequestValue<N>) => void,
  ): Promise<void> {
    const answer = await this.services.server.request(name, params);
    if (answer.ok) send(answer.value);
    else this.send({ type: 'refused', question, problem: answer.problem });
  }

  private async sendImages({ question, places }: Message<'askImages'>): Promise<void> {
    const found = await this.services.server.request('readImages', { folder: this.folder, places });
    if (!found.ok) return this.send({ type: 'refused', question, problem: found.problem });
    const { images, roots, hiddenIn } = await imageViews(this.folder, found.value.images, this.access);
    this.hiddenIn = hiddenIn;
    if (this.couldLoadFrom(roots)) this.send({ type: 'images', question, images, by: found.value.by, hiddenIn });
  }

  /** As a file that a data set can be, where the photographs still have names. */
  private async saveImages({ places, from }: Message<'saveImages'>): Promise<void> {
    const found = await this.services.server.request('readImages', { folder: this.folder, places });
    if (!found.ok) return this.send({ type: 'problem', problem: found.problem });
    const images = found.value.images.flatMap(({ file, identity }) => (file === undefined ? [] : [{ file, identity }]));
    const run = this.services.runs.get(this.folder);
    const experiment = run?.uri ? vscode.Uri.parse(run.uri) : vscode.Uri.file(this.folder);
    await saveAs('map.subset.json', experiment, (file) => subsetFrom({ run: run?.id, map: from }, images, file));
  }

  private async sendDistances({ question }: Message<'askDistances'>): Promise<void> {
    const found = await this.services.server.request('verifierDistances', { folder: this.folder });
    if (!found.ok) return this.send({ type: 'refused', question, problem: found.problem });
    const { about, ...files } = found.value;
    const [judged, genuine, ends] = await Promise.all([files.judged, files.genuine, files.ends].map(bytesOf));
    if (judged && genuine && ends) this.send({ type: 'distances', question, about, judged, genuine, ends });
  }

  /** Undefined where the question is answered otherwise: refused, or asked again by a page that is loaded anew. */
  private async viewsOf(question: number, ids: string[], folder: string) {
    const details = await this.services.server.request('readQueries', { folder, ids });
    if (!details.ok) {
      this.send({ type: 'refused', question, problem: details.problem });
      return undefined;
    }
    const { views, roots, hiddenIn } = await queryViews(folder, details.value, this.access);
    this.hiddenIn = hiddenIn;
    return this.couldLoadFrom(roots) ? { views, hiddenIn } : undefined;
  }

  private async showPhotographs(): Promise<void> {
    if (await this.allowHidden()) await this.load();
  }

  private async exportReport(): Promise<void> {
    const photographs = await askPhotographs();
    if (photographs !== undefined)
      await this.exported('writeReport', { folder: this.folder, photographs }, this.reportName());
  }

  private async exportFigures(choice: Message<'exportFigures'>['choice']): Promise<void> {
    const drawn = await this.services.server.request('drawFigures', { folders: [...this.folders], choice });
    if (drawn.ok) await saveInto(drawn.value.files, this.folder);
    else this.send({ type: 'problem', problem: drawn.problem });
  }

  private async exported<N extends 'exportQueries' | 'writeReport'>(
    name: N,
    params: Parameters<typeof this.services.server.request<N>>[1],
    fileName?: string,
  ): Promise<void> {
    const written = (await this.services.server.request(name, params)) as Result<{ file: string }>;
    if (written.ok) await saveCopy(written.value.file, this.folder, fileName);
    else this.send({ type: 'problem', problem: written.problem });
  }
}
