import { html, nothing, type TemplateResult } from 'lit';
import { decimal } from '../../../server/src/protocol/figure-text.js';
import type { SearchView, ShownHit } from '../../../server/src/protocol/searching/search-panel.js';
import { KeyboardGrid } from '../parts/keyboard-grid.js';
import { mark } from '../parts/mark.js';
import { photo } from '../photographs/photo.js';
import { hitBelow, type ResultRow, resultRows, rowOf } from './result-rows.js';

/** As search.css has them, in pixels. */
const CELL = { width: 136, height: 202 };
const CUT_HEIGHT = 40;
const KEYS = { overscan: 2, page: 3, sideways: true };

/** A result, by its id, is to be searched by. */
export class SearchByEvent extends CustomEvent<string> {}
/** The keyboard has gone to a result, by its place. */
export class ActiveEvent extends CustomEvent<number> {}

/**
 * `<result-grid>`: what a search found, most similar first. To choose a result searches by it.
 */
export class ResultGrid extends KeyboardGrid {
  static override properties = {
    view: { attribute: false },
    active: { attribute: false },
    columns: { state: true },
  };
  declare view: SearchView;
  declare columns: number;
  private rows: readonly ResultRow[] = [];
  private readonly resizing = new ResizeObserver(([viewport]) => {
    if (viewport) this.columns = Math.max(1, Math.floor(viewport.contentRect.width / CELL.width));
  });

  constructor() {
    super(KEYS);
    this.columns = 1;
  }

  protected override heightOf(row: number): number {
    return this.rows[row] === 'cut' ? CUT_HEIGHT : CELL.height;
  }

  protected override rowOf(place: number): number {
    return rowOf(this.rows, place);
  }

  protected override placeBelow(rows: number): number {
    return hitBelow(this.active, rows, this.rows);
  }

  protected override get places(): number {
    return this.view.hits.length;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resizing.disconnect();
  }

  protected override firstUpdated(): void {
    const viewport = this.querySelector('.viewport');
    if (viewport) this.resizing.observe(viewport);
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    this.rows = resultRows(this.view.hits.length, this.columns, this.within);
    this.setRowCount(this.rows.length);
    if (changed.has('columns') || changed.has('view')) this.virtualizer.measure();
  }

  protected override updated(changed: Map<string, unknown>): void {
    if (!changed.has('columns') && !changed.has('view')) return;
    this.virtualizer.scrollToIndex(Math.max(0, this.rowOf(this.active)));
  }

  /** How many hits the threshold lets through; null without one. */
  private get within(): number | null {
    const { hits, threshold } = this.view;
    return threshold && hits.filter(({ similarity }) => similarity >= threshold.similarity).length;
  }

  protected override render() {
    const { indices, above, below, activeIsDrawn } = this.drawn;
    return html`<div class="viewport">
      <div
        role="grid"
        tabindex="0"
        aria-label="Results, most similar first"
        aria-rowcount=${this.rows.length}
        aria-colcount=${this.columns}
        aria-activedescendant=${activeIsDrawn ? `hit-${this.active}` : nothing}
        @keydown=${this.onKey}
      >
        ${spacer(above)} ${indices.map((index) => this.row(index))} ${spacer(below)}
      </div>
    </div>`;
  }

  private row(index: number): TemplateResult | typeof nothing {
    const row = this.rows[index];
    if (!row) return nothing;
    if (row === 'cut') return cutRow(index, this.view);
    const hits = this.view.hits.slice(row.from, row.to);
    return html`<div role="row" class="hits" aria-rowindex=${index + 1}>
      ${hits.map((hit, n) => this.cell(hit, row.from + n, n))}
    </div>`;
  }

  private cell(hit: ShownHit, place: number, column: number): TemplateResult {
    const beyond = this.within !== null && place >= this.within;
    const state = [place === this.active ? 'active' : '', beyond ? 'beyond' : ''].join(' ');
    return html`<div
      id="hit-${place}"
      role="gridcell"
      class="hit ${state}"
      aria-colindex=${column + 1}
      aria-selected=${place === this.active}
      title="Search by ${hit.id}"
      @click=${() => this.choose(place)}
    >
      ${hitView(hit, this.view.identity)}
    </div>`;
  }

  protected override goTo(place: number): void {
    super.goTo(place);
    this.dispatchEvent(new ActiveEvent('active', { detail: place }));
  }

  protected override choose(place: number): void {
    const hit = this.view.hits[place];
    if (hit) this.dispatchEvent(new SearchByEvent('search-by', { detail: hit.id }));
  }
}

function cutRow(index: number, { threshold }: SearchView): TemplateResult {
  const whose = threshold?.of === 'query' ? 'this photograph’s own' : 'the median';
  return html`<div role="row" class="cut" aria-rowindex=${index + 1}>
    <span role="gridcell">threshold ${decimal(threshold?.similarity ?? null, 3)}, ${whose}: what follows is too far</span>
  </div>`;
}

function hitView(hit: ShownHit, wanted: string | null): TemplateResult {
  const known = wanted !== null && hit.identity !== null;
  const right = known && hit.identity === wanted;
  return html`<figure class="photo ${known ? (right ? 'right' : 'wrong') : ''}">
    ${photo(hit.photograph, { alt: hit.id, plain: true })}
    <figcaption>
      <bdi dir="ltr" class="name">${hit.id.split('/').at(-1)}</bdi>
      <bdi class="name">${hit.identity ?? 'identity unknown'}</bdi>
      <span class="quiet">similarity ${decimal(hit.similarity, 3)}</span>
      ${known ? mark(right, right ? 'same person' : 'other person') : nothing}
    </figcaption>
  </figure>`;
}

/** Room for rows that are not drawn. Set as a property: the page's policy forbids styles in attributes. */
function spacer(height: number): TemplateResult | typeof nothing {
  return height > 0 ? html`<div role="presentation" .style=${`height: ${height}px`}></div>` : nothing;
}

customElements.define('result-grid', ResultGrid);
