import { VirtualizerController } from '@tanstack/lit-virtual';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { count } from '../../../../server/src/protocol/figure-text.js';
import type { QueryOrder } from '../../../../server/src/protocol/webview.js';
import type { QueryColumn } from './query-columns.js';
import type { QueryRows } from './query-rows.js';

const ROW_HEIGHT = 28;
const KEPT_AROUND = 12;

export interface Sort {
  readonly by: QueryOrder;
  readonly descending: boolean;
}

/** The table asks to be sorted otherwise. */
export class SortEvent extends CustomEvent<Sort> {}
/** A query, by its id, is to be shown. */
export class OpenQueryEvent extends CustomEvent<string> {}

/**
 * `<query-table>`: a table of any length, of which only the rows in view are drawn. Arrow keys, Page Up and Down, Home
 * and End move through it; Enter opens a query.
 */
export class QueryTable extends LitElement {
  static override properties = {
    rows: { attribute: false },
    columns: { attribute: false },
    sort: { attribute: false },
    open: { attribute: false },
    /** Raised when rows have come. */
    version: { attribute: false },
    active: { state: true },
  };
  declare rows: QueryRows;
  declare columns: readonly QueryColumn[];
  declare sort: Sort;
  /** Id of the query that is shown beside the table. */
  declare open: string | undefined;
  declare version: number;
  declare active: number;
  /** Place of a query that was asked for while its row was on its way. */
  private awaited: number | undefined;

  private readonly window = new VirtualizerController<HTMLElement, HTMLElement>(this, {
    getScrollElement: () => this.querySelector<HTMLElement>('.viewport'),
    count: 0,
    estimateSize: () => ROW_HEIGHT,
    overscan: KEPT_AROUND,
  });

  constructor() {
    super();
    this.active = 0;
  }

  protected override createRenderRoot(): this {
    return this;
  }

  private get length(): number {
    return this.rows.counts?.matching ?? 0;
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    const virtualizer = this.window.getVirtualizer();
    virtualizer.setOptions({ ...virtualizer.options, count: this.length });
    if (!changed.has('rows') || !changed.get('rows')) return;
    this.active = 0;
    this.awaited = undefined;
    virtualizer.scrollToOffset(0);
  }

  protected override updated(): void {
    if (this.awaited !== undefined && this.rows.at(this.awaited)) this.openAt(this.awaited);
  }

  protected override render() {
    const virtualizer = this.window.getVirtualizer();
    const items = virtualizer.getVirtualItems();
    const above = items[0]?.start ?? 0;
    const below = virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0);
    return html`<div class="viewport">
      <table
        role="grid"
        tabindex="0"
        aria-label="Queries"
        aria-rowcount=${this.length + 1}
        aria-activedescendant=${items.some(({ index }) => index === this.active) ? `query-${this.active}` : nothing}
        @keydown=${this.move}
      >
        <thead>
          <tr aria-rowindex="1">${this.columns.map((column) => this.heading(column))}</tr>
        </thead>
        <tbody>
          ${spacer(above)} ${items.map(({ index }) => this.row(index))} ${spacer(below)}
        </tbody>
      </table>
    </div>`;
  }

  private heading({ label, by, numeric }: QueryColumn): TemplateResult {
    const sorted = by === this.sort.by;
    const order = sorted ? (this.sort.descending ? 'descending' : 'ascending') : 'none';
    const sort = () =>
      by && this.dispatchEvent(new SortEvent('sort', { detail: { by, descending: sorted && !this.sort.descending } }));
    return html`<th scope="col" class=${numeric ? 'number' : ''} aria-sort=${by ? order : nothing}>
      ${
        by
          ? html`<button type="button" class="sort" tabindex="-1" @click=${sort}>
              ${label}<span aria-hidden="true">${sorted ? (this.sort.descending ? ' ↓' : ' ↑') : ''}</span>
            </button>`
          : label
      }
    </th>`;
  }

  private row(place: number): TemplateResult {
    const row = this.rows.at(place);
    const open = () => this.openAt(place);
    const state = [place === this.active ? 'active' : '', row && row.id === this.open ? 'open' : ''].join(' ');
    return html`<tr
      id="query-${place}"
      class=${state}
      aria-rowindex=${place + 2}
      aria-selected=${row?.id === this.open}
      @click=${open}
    >
      ${this.columns.map(({ show, numeric }) => html`<td class=${numeric ? 'number' : ''}>${row ? show(row) : '…'}</td>`)}
    </tr>`;
  }

  private openAt(place: number): void {
    this.active = place;
    const row = this.rows.at(place);
    this.awaited = row ? undefined : place;
    if (row) this.dispatchEvent(new OpenQueryEvent('open-query', { detail: row.id }));
  }

  private readonly move = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget) return;
    if (event.key === 'Enter' || event.key === ' ') this.openAt(this.active);
    else if (event.key in STEPS) this.goTo(STEPS[event.key](this.active, this.length));
    else return;
    event.preventDefault();
  };

  private goTo(place: number): void {
    this.active = Math.min(Math.max(0, place), Math.max(0, this.length - 1));
    this.window.getVirtualizer().scrollToIndex(this.active);
  }
}

const PAGE = 15;
const STEPS: Readonly<Record<string, (place: number, length: number) => number>> = {
  ArrowDown: (place) => place + 1,
  ArrowUp: (place) => place - 1,
  PageDown: (place) => place + PAGE,
  PageUp: (place) => place - PAGE,
  Home: () => 0,
  End: (_place, length) => length - 1,
};

/** Room for rows that are not drawn. Set as a property: the page's policy forbids styles in attributes. */
function spacer(height: number): TemplateResult | typeof nothing {
  return height > 0
    ? html`<tr role="presentation" class="spacer"><td .style=${`height: ${height}px`}></td></tr>`
    : nothing;
}

/** How many of how many, for the line above the table. */
export function countsText({ counts }: QueryRows): string {
  if (!counts) return 'Reading the queries …';
  const { matching, total } = counts;
  return matching === total ? `${count(total)} queries` : `${count(matching)} of ${count(total)} queries`;
}

customElements.define('query-table', QueryTable);
