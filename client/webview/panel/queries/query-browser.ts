import { html, LitElement, nothing, type TemplateResult } from 'lit';
import * as z from 'zod';
import {
  type Problem,
  type QuerySelection,
  queryOrder,
  type Results,
} from '../../../../server/src/protocol/webview.js';
import { choice } from '../../parts/choice.js';
import { meanings } from '../../parts/data-table.js';
import { problemBanner } from '../../parts/problem-banner.js';
import type { AskedQuery, PanelHost } from '../panel-host.js';
import { columnsOf } from './query-columns.js';
import { QueryRows } from './query-rows.js';
import { countsText, type OpenQueryEvent, type SortEvent } from './query-table.js';
import { queryView } from './query-view.js';
import './query-table.js';
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';

/** What is kept of the table while the page is hidden. */
const keptSchema = z.object({
  model: z.string(),
  version: z.string(),
  sort: z.object({ by: queryOrder, descending: z.boolean() }),
  text: z.string(),
  correct: z.enum(['any', 'right', 'wrong']),
  open: z.string().optional(),
});
type Kept = z.infer<typeof keptSchema>;

const VERDICTS = { any: 'right and wrong', right: 'nearest is the same person', wrong: 'nearest is another person' };
const TYPING_MS = 150;

/** `<query-browser>`: the table of a run's queries with what selects and orders them, and the query that was chosen. */
export class QueryBrowser extends LitElement {
  static override properties = {
    host: { attribute: false },
    results: { attribute: false },
    state: { state: true },
    rows: { state: true },
    asked: { state: true },
    refused: { state: true },
    version: { state: true },
  };
  declare host: PanelHost;
  declare results: Results;
  declare state: Kept;
  declare rows: QueryRows;
  declare asked: AskedQuery | undefined;
  /** Why the query that was asked for is not shown. */
  declare refused: Problem | undefined;
  declare version: number;
  private typing: number | undefined;

  protected override createRenderRoot(): this {
    return this;
  }

  protected override willUpdate(): void {
    if (this.rows) return;
    this.version = 0;
    this.select(this.restored());
    if (this.state.open) void this.show(this.state.open);
  }

  /** As it was left, where the run still has that model and version. */
  private restored(): Kept {
    const { data } = keptSchema.safeParse(this.host.kept().queries);
    if (data && this.models.includes(data.model) && this.versions.includes(data.version)) return data;
    const sort = { by: 'id', descending: false } as const;
    return { model: this.models[0] ?? '', version: 'original', sort, text: '', correct: 'any' };
  }

  private get models(): string[] {
    return (this.results.accuracy ?? []).map(({ model }) => model);
  }

  private get versions(): string[] {
    const { poison = [], countermeasures = [] } = this.results;
    const behind = countermeasures.filter(({ target }) => target === 'query');
    return ['original', ...[...poison, ...behind].map(({ name }) => name)];
  }

  private select(state: Kept): void {
    this.state = state;
    this.host.keep({ queries: state });
    this.rows = new QueryRows(selectionOf(state), this.host.page.bind(this.host), (rows) => {
      if (rows === this.rows) this.version++;
    });
  }

  private async show(id: string): Promise<void> {
    this.state = { ...this.state, open: id };
    this.host.keep({ queries: this.state });
    const asked = await this.host.query(id);
    if (this.state.open !== id) return;
    this.refused = asked.ok ? undefined : asked.problem;
    this.asked = asked.ok ? asked.value : undefined;
    await this.updateComplete;
    this.querySelector('.query-view')?.scrollIntoView({ block: 'nearest' });
  }

  protected override render() {
    const { model, version, correct, text, sort, open } = this.state;
    const columns = columnsOf(this.results, this.state);
    return html`<div class="filters" role="search" aria-label="Queries">
        ${choice('Model', this.models, model, (model) => this.select({ ...this.state, model }))}
        ${this.versions.length > 1 ? choice('Version', this.versions, version, (version) => this.select({ ...this.state, version })) : nothing}
        ${choice('Nearest image', Object.values(VERDICTS), VERDICTS[correct], (words) => this.select({ ...this.state, correct: verdictOf(words) }))}
        <vscode-textfield
          .label=${'Part of a query’s id or identity'}
          placeholder="Find a query or a person"
          .value=${text}
          @input=${this.typed}
        ></vscode-textfield>
        <vscode-button secondary @click=${this.exported}>Save All as CSV</vscode-button>
      </div>
      <p class="quiet" role="status">${countsText(this.rows)}</p>
      <query-table
        .rows=${this.rows}
        .columns=${columns}
        .sort=${sort}
        .open=${open}
        .version=${this.version}
        @sort=${({ detail }: SortEvent) => this.select({ ...this.state, sort: detail })}
        @open-query=${({ detail }: OpenQueryEvent) => this.show(detail)}
      ></query-table>
      ${this.problems()} ${meanings('Queries', columns)} ${this.asked ? queryView(this.asked, this.host, this.results) : nothing}`;
  }

  private problems(): TemplateResult {
    const { problem } = this.rows;
    return html`${problem ? problemBanner(problem, 'The queries cannot be shown') : nothing}
    ${this.refused ? problemBanner(this.refused, 'The query cannot be shown') : nothing}`;
  }

  private readonly typed = ({ target }: InputEvent): void => {
    const text = (target as HTMLInputElement).value;
    clearTimeout(this.typing);
    this.typing = window.setTimeout(() => this.select({ ...this.state, text }), TYPING_MS);
  };

  private readonly exported = (): void => {
    this.host.tell({ type: 'exportQueries', selection: selectionOf(this.state) });
  };
}

function selectionOf({ model, version, sort, text, correct }: Kept): QuerySelection {
  const filter = {
    ...(text ? { text } : {}),
    ...(correct === 'any' ? {} : { correct: correct === 'right' }),
  };
  return { model, version, sort, filter };
}

function verdictOf(words: string): Kept['correct'] {
  const found = Object.entries(VERDICTS).find(([, text]) => text === words);
  return (found?.[0] ?? 'any') as Kept['correct'];
}

customElements.define('query-browser', QueryBrowser);
