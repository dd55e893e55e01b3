import * as vscode from 'vscode';
import * as z from 'zod';
import type { Problem } from '../../../server/src/protocol/errors.js';
import { IMAGE_ENDINGS } from '../../../server/src/protocol/images/image-endings.js';
import type { Search, SearchAnswer, SearchState } from '../../../server/src/protocol/searching/search.js';
import {
  type FromSearchPage,
  fromSearchPageSchema,
  type ToSearchPage,
} from '../../../server/src/protocol/searching/search-panel.js';
import type { Permissions } from '../runs/permissions.js';
import { withPermission } from '../runs/with-permission.js';
import type { LanguageServer } from '../server/language-server.js';
import { type Handlers, PageHost, type PageServices } from './page-host.js';
import type { PageBeginning } from './panel-page.js';
import { PastedPictures } from './pasted-pictures.js';
import { saveSubset } from './save-subset.js';
import { searchView, shownPhotographs } from './search-views.js';

export interface SearchPanelServices extends PageServices {
  readonly server: LanguageServer;
  readonly permissions: Permissions;
}

type Message<T extends FromSearchPage['type']> = Extract<FromSearchPage, { type: T }>;

/** What a page keeps of itself while VS Code is closed: which experiment's images it searches. */
const keptSchema = z.object({ uri: z.string() });

/** An experiment whose images are to be searched: they are opened at once, or on the user's word. */
export interface SearchAsked {
  readonly uri: string;
  readonly open: boolean;
}

/** The experiment whose images a page searched when VS Code was closed; they wait for the user's word. */
export function experimentKept(kept: unknown): SearchAsked | undefined {
  const { data } = keptSchema.safeParse(kept);
  return data && { ...data, open: false };
}

/** Searches an experiment's images in a panel, for as long as it is there. */
export function fillSearchPanel(
  panel: vscode.WebviewPanel,
  { uri, open }: SearchAsked,
  services: SearchPanelServices,
): void {
  const filled = new SearchPanel(panel, uri, services);
  if (open) void filled.open();
}

/** The host of a page that searches one experiment's images, in a process that is there as long as the panel is. */
class SearchPanel extends PageHost<FromSearchPage, ToSearchPage> {
  protected readonly received = fromSearchPageSchema;
  private state: SearchState;
  /** The private folder, once the images were opened. */
  private home: string | undefined;
  /** What the page shows, or is about to: it is sent again where the page is loaded again. */
  private shown: ToSearchPage | undefined;
  private answer: SearchAnswer | undefined;
  private readonly pictures = new PastedPictures();

  constructor(
    panel: vscode.WebviewPanel,
    private readonly uri: string,
    private readonly services: SearchPanelServices,
  ) {
    super(panel, services, 'search');
    const { server } = services;
    this.state = closed(uri, null);
    this.whileOpen(
      server.onSearchChanged((state) => this.follow(state)),
      server.onStarted(() => this.serverStarted()),
      this.pictures,
      new vscode.Disposable(() => void server.request('closeSearch', { uri })),
    );
    void this.load();
  }

  /** On the user's word alone: a panel that VS Code restores waits for it. */
  async open(): Promise<void> {
    if (this.state.status !== 'closed') await this.services.server.request('closeSearch', { uri: this.uri });
    this.follow({ ...closed(this.uri, null), status: 'opening' });
    const { server, permissions } = this.services;
    const ask = (allow: Parameters<typeof server.request<'openSearch'>>[1]['allow']) =>
      server.request('openSearch', { uri: this.uri, allow });
    const opened = await withPermission(permissions, this.uri, ask);
    if (!opened.ok) return this.follow(closed(this.uri, opened.problem));
    this.home = opened.value.home;
    this.setTitle('Search', opened.value.name);
  }

  protected beginning(): PageBeginning {
    return { heading: this.panel.title, waiting: 'Opening …', kept: { uri: this.uri } };
  }

  protected readonly handlers: Handlers<FromSearchPage> = {
    ready: () => this.sendAll(),
    open: () => this.open(),
    close: () => this.services.server.request('closeSearch', { uri: this.uri }),
    search: ({ query, options }) => this.search({ ...options, query }),
    searchByFile: ({ options }) => this.searchByFile(options),
    searchByPicture: ({ name, base64, options }) => this.searchByPicture(name, base64, options),
    searchByUri: ({ uri, options }) =>
      this.search({ ...options, query: { by: 'image', file: vscode.Uri.parse(uri).fsPath } }),
    saveSubset: ({ ids }) => this.saveSubset(ids),
    fetchWeights: () => this.fetchWeights(),
    showPhotographs: () => this.showPhotographs(),
  };

  private async sendAll(): Promise<void> {
    this.sendState();
    if (this.shown) this.send(this.shown);
    else await this.sendChoices();
  }

  /** Where photographs are is the host's to know. */
  private sendState(): void {
    this.send({ type: 'state', state: { ...this.state, choices: [] } });
  }

  private follow(state: SearchState): void {
    if (state.uri !== this.uri) return;
    const opened = this.state.status !== 'ready' && state.status === 'ready';
    this.state = state;
    this.sendState();
    if (opened && !this.shown) void this.sendChoices();
  }

  private async sendChoices(): Promise<void> {
    const { choices } = this.state;
    if (choices.length === 0) return;
    const { found, hiddenIn, roots } = await shownPhotographs(choices, this.home, this.access);
    this.hiddenIn = hiddenIn;
    if (this.couldLoadFrom(roots)) this.send({ type: 'choices', choices: found, hiddenIn });
  }

  private serverStarted(): void {
    if (this.state.status === 'closed') return;
    const message = 'The language server was started again, which ended the search';
    this.follow(closed(this.uri, { code: 'server-unavailable', message, hint: 'Open the images again.' }));
  }

  /** An answer that comes after something else was asked is of no use. */
  private async search(search: Search): Promise<void> {
    const asked: ToSearchPage = { type: 'searching', search };
    this.show(asked);
    const answer = await this.services.server.request('search', { ...search, uri: this.uri });
    if (this.shown !== asked) return;
    if (!answer.ok) return this.show({ type: 'problem', problem: answer.problem });
    this.answer = answer.value;
    await this.showAnswer(answer.value);
  }

  private async searchByFile(options: Message<'searchByFile'>['options']): Promise<void> {
    const filters = { Images: [...IMAGE_ENDINGS] };
    const [chosen] = (await vscode.window.showOpenDialog({ filters, openLabel: 'Search by It' })) ?? [];
    if (chosen) await this.search({ ...options, query: { by: 'image', file: chosen.fsPath } });
  }

  private async searchByPicture(name: string, base64: string, options: Message<'searchByFile'>['options']) {
    const file = await this.pictures.keep(name, Buffer.from(base64, 'base64'));
    await this.search({ ...options, query: { by: 'image', file } });
  }

  private async saveSubset(ids: readonly string[] | undefined): Promise<void> {
    if (!this.answer) return;
    const wanted = new Set(ids ?? this.answer.hits.map(({ id }) => id));
    const hits = this.answer.hits.filter(({ id }) => wanted.has(id));
    await saveSubset({ ...this.answer, hits }, vscode.Uri.parse(this.uri));
  }

  /** A page that is loaded anew is told again what it shows. */
  private async showAnswer(answer: SearchAnswer): Promise<void> {
    const { view, roots } = await searchView(answer, this.home, this.access);
    if (this.answer !== answer) return;
    this.hiddenIn = view.hiddenIn;
    this.shown = { type: 'found', view };
    if (this.couldLoadFrom(roots)) this.send(this.shown);
  }

  private async showPhotographs(): Promise<void> {
    if (!(await this.allowHidden())) return;
    if (this.answer) await this.showAnswer(this.answer);
    else await this.sendChoices();
  }

  private async fetchWeights(): Promise<void> {
    const { remedy } = this.state.problem ?? {};
    if (!remedy || !('fetch' in remedy)) return;
    await vscode.commands.executeCommand('lookalike.fetchModel', remedy.fetch);
    await this.open();
  }

  private show(message: ToSearchPage): void {
    this.shown = message;
    this.send(message);
  }
}

function closed(uri: string, problem: Problem | null): SearchState {
  return { uri, name: '', status: 'closed', progress: null, indices: [], choices: [], warnings: [], problem };
}
