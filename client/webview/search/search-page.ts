import { html, LitElement, nothing, type TemplateResult } from 'lit';
import * as z from 'zod';
import { counted } from '../../../server/src/protocol/figure-text.js';
import {
  type Problem,
  type Search,
  type SearchOptions,
  type SearchQuery,
  type SearchState,
  type SearchView,
  searchOptionsSchema,
  type ToSearchPage,
} from '../../../server/src/protocol/searching/search-panel.js';
import { problemBanner } from '../parts/problem-banner.js';
import { activity, progressBar } from '../parts/progress.js';
import { hiddenNote, photo } from '../photographs/photo.js';
import { droppedPicture } from './dropped-picture.js';
import { querySummary, queryText } from './query-summary.js';
import type { ActiveEvent, ResultGrid, SearchByEvent } from './result-grid.js';
import { searchForm } from './search-form.js';
import type { SearchHost } from './search-host.js';
import './result-grid.js';

/** What is kept of the page while it is hidden. */
const keptSchema = z.object({
  text: z.string(),
  person: z.string().default(''),
  options: searchOptionsSchema,
  active: z.int().nonnegative(),
});
type Kept = z.infer<typeof keptSchema>;

const NOTHING_KEPT: Kept = { text: '', person: '', options: { index: '', results: 50, deduplicate: false }, active: 0 };

/** The search panel: a form, what was searched by, and what was found. */
export class SearchPage extends LitElement {
  static override properties = {
    state: { state: true },
    view: { state: true },
    asked: { state: true },
    problem: { state: true },
    kept: { state: true },
    choices: { state: true },
    dropping: { state: true },
  };
  declare state: SearchState | undefined;
  /** What the grid shows. */
  declare view: SearchView | undefined;
  /** What was asked and is not answered yet. */
  declare asked: Search | undefined;
  declare problem: Problem | undefined;
  declare kept: Kept;
  /** Images to begin with. */
  declare choices: Choices | undefined;
  /** Whether something is held over the page. */
  declare dropping: boolean;

  /** Whether this page asked for what it is not shown yet. */
  private awaited = false;

  constructor(private readonly host: SearchHost) {
    super();
    this.dropping = false;
    this.kept = keptSchema.safeParse(host.kept().search).data ?? NOTHING_KEPT;
  }

  protected override createRenderRoot(): this {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('paste', this.pasted);
    for (const [type, listener] of this.drops) document.addEventListener(type, listener);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('paste', this.pasted);
    for (const [type, listener] of this.drops) document.removeEventListener(type, listener);
  }

  /** Words that are pasted into a field are the field's. */
  private readonly pasted = (event: ClipboardEvent) => {
    if (event.clipboardData?.files.length) void this.searchDropped(event, event.clipboardData);
  };

  private readonly drops: readonly (readonly ['dragover' | 'dragleave' | 'drop', (event: DragEvent) => void])[] = [
    ['dragover', (event) => this.hold(event)],
    ['dragleave', ({ relatedTarget }) => relatedTarget === null && Object.assign(this, { dropping: false })],
    ['drop', (event) => event.dataTransfer && void this.searchDropped(event, event.dataTransfer)],
  ];

  private hold(event: DragEvent): void {
    event.preventDefault();
    this.dropping = this.ready;
  }

  private async searchDropped(event: Event, data: DataTransfer): Promise<void> {
    event.preventDefault();
    this.dropping = false;
    const picture = this.ready ? await droppedPicture(data) : undefined;
    if (!picture) return;
    if ('problem' in picture) {
      this.problem = picture.problem;
      return;
    }
    const { options } = this.kept;
    this.keep({ active: 0 });
    this.awaited = true;
    this.host.tell(
      'uri' in picture
        ? { type: 'searchByUri', ...picture, options }
        : { type: 'searchByPicture', ...picture, options },
    );
  }

  receive(message: ToSearchPage): void {
    if (message.type === 'choices') this.choices = message;
    if (message.type === 'state') this.follow(message.state);
    if (message.type === 'searching') this.asked = message.search;
    if (message.type === 'found') this.show(message.view);
    if (message.type === 'problem') Object.assign(this, { problem: message.problem, asked: undefined });
  }

  /** The keyboard goes on among the results of what was asked here; elsewhere it stays where it is. */
  private show(view: SearchView): void {
    const wasAsked = this.awaited || this.asked !== undefined;
    this.awaited = false;
    Object.assign(this, { view, asked: undefined, problem: undefined });
    if (!wasAsked || view.hits.length === 0) return;
    void this.updateComplete.then(async () => {
      const grid = this.querySelector<ResultGrid>('result-grid');
      await grid?.updateComplete;
      grid?.querySelector<HTMLElement>('[role="grid"]')?.focus();
    });
  }

  private follow(state: SearchState): void {
    this.state = state;
    const { options } = this.kept;
    const first = state.indices.find(({ words }) => words) ?? state.indices[0];
    if (first && !state.indices.some(({ name }) => name === options.index)) {
      this.keep({ options: { ...options, index: first.name } });
    }
  }

  private keep(change: Partial<Kept>): void {
    this.kept = { ...this.kept, ...change };
    this.host.keep({ search: this.kept });
  }

  private search(query: SearchQuery, options: SearchOptions = this.kept.options): void {
    this.keep({ options, active: 0 });
    this.awaited = true;
    this.host.tell({ type: 'search', query, options });
  }

  private searchWords(): void {
    const text = this.kept.text.trim();
    if (text && this.ready && this.takesWords) this.search({ by: 'words', text });
  }

  /** The same query, searched for otherwise. */
  private choose(options: SearchOptions): void {
    const query = (this.asked ?? this.view?.search)?.query;
    const words = this.state?.indices.find(({ name }) => name === options.index)?.words !== false;
    if (query && this.ready && (words || query.by !== 'words')) this.search(query, options);
    else this.keep({ options });
  }

  private get takesWords(): boolean {
    const { index } = this.kept.options;
    return this.state?.indices.find(({ name }) => name === index)?.words !== false;
  }

  private get ready(): boolean {
    return this.state?.status === 'ready';
  }

  protected override render() {
    const { text, person, options } = this.kept;
    const { indices = [], name = '' } = this.state ?? {};
    const form = { text, person, options, indices, ready: this.ready };
    return html`<header><h1>Search${name ? html`: <bdi>${name}</bdi>` : ' images'}</h1>${this.stateView()}</header>
      ${searchForm(form, {
        typed: (typed) => this.keep({ text: typed }),
        named: (named) => this.keep({ person: named, active: 0 }),
        search: () => this.searchWords(),
        byFile: () => this.host.tell({ type: 'searchByFile', options }),
        choose: (chosen) => this.choose(chosen),
      })}
      <main>${this.outcome()}</main>
      ${this.dropping ? html`<p class="dropping" role="status">Drop an image to search by it</p>` : nothing}`;
  }

  private stateView(): TemplateResult | typeof nothing {
    const { status, progress, indices, warnings, problem } = this.state ?? {};
    const warned = warnings?.length
      ? html`<ul class="quiet">${warnings.map(({ message }) => html`<li>${message}</li>`)}</ul>`
      : nothing;
    if (status === 'opening') return html`${this.opening(progress ?? null)} ${warned}`;
    if (status === 'closed') return this.closed(problem ?? null);
    const images = counted(Math.max(0, ...(indices ?? []).map((index) => index.images)), 'image');
    return html`<p class="quiet" role="status">${images} can be searched. They stay on this machine.</p>
      ${warned}`;
  }

  private opening(progress: SearchState['progress']): TemplateResult {
    return html`<section class="opening" aria-label="Progress">
      <p role="status">Opening the images${progress ? ` · ${progress.stage}` : ' …'}</p>
      ${progressBar('Opening the images', progress)}
      <p class="quiet">${progress ? activity(progress) : nothing}</p>
      <vscode-button secondary @click=${() => this.host.tell({ type: 'close' })}>Cancel</vscode-button>
    </section>`;
  }

  private closed(problem: Problem | null): TemplateResult {
    const why = problem
      ? problemBanner(problem, 'The images cannot be searched')
      : html`<p role="status">The images are not open. What was embedded is in the cache.</p>`;
    return html`${why}
      <div class="actions">
        ${problem?.remedy && 'fetch' in problem.remedy ? html`<vscode-button @click=${() => this.host.tell({ type: 'fetchWeights' })}>Fetch the Weights</vscode-button>` : nothing}
        <vscode-button secondary @click=${() => this.host.tell({ type: 'open' })}>Open the Images</vscode-button>
      </div>`;
  }

  private outcome(): TemplateResult {
    if (this.asked)
      return html`<p role="status">Searching for <bdi>${queryText(this.asked)}</bdi> …</p>${this.found(true)}`;
    const problem = this.problem ? problemBanner(this.problem, 'Nothing was searched for') : nothing;
    return html`${problem} ${this.found(false)}`;
  }

  /** Images to begin with, and what else can be done. */
  private beginning(): TemplateResult {
    const { choices = [], hiddenIn = null } = this.choices ?? {};
    if (!this.ready) return html`<p class="empty"></p>`;
    const begin = html`<p class="empty">${whatToDo(this.takesWords)}</p>`;
    if (choices.length === 0) return begin;
    return html`${begin}
      ${hiddenIn === null ? nothing : hiddenNote(hiddenIn, () => this.host.tell({ type: 'showPhotographs' }))}
      <ul class="choices" aria-label="Images to begin with">
        ${choices.map(
          ({ id, identity, photograph }) => html`<li>
            <button type="button" title="Search by ${id}" @click=${() => this.search({ by: 'result', id })}>
              <span class="photo">${photo(photograph, { alt: id, plain: true })}</span>
              <bdi class="name">${identity ?? id}</bdi>
            </button>
          </li>`,
        )}
      </ul>`;
  }

  /** What was found before stays while something else is searched for. */
  private found(asking: boolean): TemplateResult {
    const found = this.view;
    if (!found) return asking ? html`` : this.beginning();
    const view = ofPerson(found, this.kept.person);
    const ids = view === found ? undefined : view.hits.map(({ id }) => id);
    return html`${querySummary(view, found, () => this.host.tell({ type: 'saveSubset', ids }))}
      ${view.hiddenIn === null ? nothing : hiddenNote(view.hiddenIn, () => this.host.tell({ type: 'showPhotographs' }))}
      <result-grid
        .view=${view}
        .active=${this.kept.active}
        @active=${({ detail }: ActiveEvent) => this.keep({ active: detail })}
        @search-by=${({ detail }: SearchByEvent) => this.search({ by: 'result', id: detail })}
      ></result-grid>`;
  }
}

type Choices = Extract<ToSearchPage, { type: 'choices' }>;

/** What was found of people whose name has this in it, in any case; all of it where nobody is named. */
function ofPerson(view: SearchView, person: string): SearchView {
  const wanted = person.trim().toLowerCase();
  if (wanted === '') return view;
  return { ...view, hits: view.hits.filter(({ identity }) => identity?.toLowerCase().includes(wanted)) };
}

function whatToDo(words: boolean): string {
  const begin = words
    ? 'Type what the photographs are to show, or choose an image, paste one, or drop one here.'
    : 'Choose an image to search by, paste one, or drop one here.';
  return `${begin} Then arrow keys move through the results, and Enter or a click searches by one of them.`;
}

customElements.define('search-page', SearchPage);
