import { html, nothing, type TemplateResult } from 'lit';
import { count } from '../../../../server/src/protocol/figure-text.js';
import type { QueryOrder } from '../../../../server/src/protocol/webview.js';
import { KeyboardGrid } from '../../parts/keyboard-grid.js';
import type { QueryColumn } from './query-columns.js';
import type { QueryRows } from './query-rows.js';

const ROW_HEIGHT = 28;
const KEYS = { overscan: 12, page: 15, sideways: false };

export interface Sort {
  readonly by: QueryOrder;
  readonly descending: boolean;
}

/** The table asks to be sorted otherwise. */
export class SortEvent extends CustomEvent<Sort> {}
/** A query, by its id, is to be shown. */
export class OpenQueryEvent extends CustomEvent<string> {}

/** `<query-table>`: the queries of a run, of which there may be any number. To choose a query opens it. */
export class QueryTable extends KeyboardGrid {
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
  /** Place of a query that was asked for while its row was on its way. */
  private awaited: number | undefined;

  constructor() {
    super(KEYS);
  }

  protected override heightOf(): number {
    return ROW_HEIGHT;
  }

  protected override rowOf(place: number): number {
    return place;
  }

  protected override placeBelow(rows: number): number {
    return Math.min(Math.max(0, this.active + rows), Math.max(0, this.places - 1));
  }

  protected override get places(): number {
    return this.rows.counts?.matching ?? 0;
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    this.setRowCount(this.places);
    if (!changed.has('rows') || !changed.get('rows')) return;
    this.active = 0;
    this.awaited = undefined;
    this.virtualizer.scrollToOffset(0);
  }

  protected override updated(): void {
    if (this.awaited !== undefined && this.rows.at(this.awaited)) this.choose(this.awaited);
  }

  protected override render() {
    const { indices, above, below, activeIsDrawn } = this.drawn;
    return html`<div class="viewport">
      <table
        role="grid"
        tabindex="0"
        aria-label="Queries"
        aria-rowcount=${this.places + 1}
        aria-activedescendant=${activeIsDrawn ? `query-${this.active}` : nothing}
        @keydown=${this.onKey}
      >
        <thead>
          <tr aria-rowindex="1">${this.columns.map((column) => this.heading(column))}</tr>
        </thead>
        <tbody>
          ${spacer(above)} ${indices.map((index) => this.row(index))} ${spacer(below)}
        </tbody>
      </table>
    </div>`;
  }

  private heading({ label, meaning, by, numeric }: QueryColumn): TemplateResult {
    const sorted = by === this.sort.by;
    const order = sorted ? (this.sort.descending ? 'descending' : 'ascending') : 'none';
    const sort = () =>
      by && this.dispatchEvent(new SortEvent('sort', { detail: { by, descending: sorted && !this.sort.descending } }));
    return html`<th scope="col" class=${numeric ? 'number' : ''} aria-sort=${by ? order : nothing} title=${meaning ?? nothing}>
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
    const open = () => this.choose(place);
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

  protected override choose(place: number): void {
    this.active = place;
    const row = this.rows.at(place);
    this.awaited = row ? undefined : place;
    if (row) this.dispatchEvent(new OpenQueryEvent('open-query', { detail: row.id }));
  }
}

/** Room for rows that are not drawn. Set as a property: the page's policy forbids styles in attributes. */
function spacer(height: number): TemplateResult | typeof nothing {
  return height > 0
    ? html`<tr role="presentation" class="spacer"><td .style=${`height: ${height}px`}></td></tr>`
    : nothing;
}

/** How many of how many, for the line above the table. */
export function countsText({ counts, problem }: QueryRows): string {
  if (problem) return 'The queries of this run cannot be shown.';
  if (!counts) return 'Reading the queries …';
  const { matching, total } = counts;
  return matching === total ? `${count(total)} queries` : `${count(matching)} of ${count(total)} queries`;
}

customElements.define('query-table', QueryTable);
