import { html, nothing, type TemplateResult } from 'lit';
import type { SortKey } from '../../../server/src/protocol/runs/table/arrange.js';
import { cellText, type RunColumn } from '../../../server/src/protocol/runs/table/columns.js';
import { foldedText } from '../../../server/src/protocol/runs/table/folded-text.js';
import type { RunRow } from '../../../server/src/protocol/runs/table/run-row.js';
import type { TableLine, TableView } from '../../../server/src/protocol/runs/table/table-view.js';
import { KeyboardGrid } from '../parts/keyboard-grid.js';
import { type ColumnBox, columnBoxes, MARK_WIDTH } from './column-boxes.js';
import { groupTitle } from './group-title.js';

const ROW_HEIGHT = 28;
const KEYS = { overscan: 12, page: 15, sideways: false };

/** Columns are to be sorted by otherwise. */
export class SortEvent extends CustomEvent<readonly SortKey[]> {}
/** These runs, by their folders, are selected now. */
export class SelectEvent extends CustomEvent<readonly string[]> {}
/** A run, by its folder, is to be opened. */
export class OpenRunEvent extends CustomEvent<string> {}
/** A run is to be marked with a star, or no more. */
export class StarEvent extends CustomEvent<RunRow> {}
/** A group, by its key, is to be opened or closed. */
export class GroupEvent extends CustomEvent<string> {}

/**
 * `<runs-table>`: runs, of which there may be ten thousand, a column a setting or figure. Space selects a run, with Shift
 * as far as the arrow keys go; Enter opens it; left and right close and open a group, and else move the table sideways.
 */
export class RunsTable extends KeyboardGrid {
  static override properties = {
    view: { attribute: false },
    sort: { attribute: false },
    selected: { attribute: false },
    pinned: { attribute: false },
    current: { attribute: false },
    /** Raised when runs went on. */
    version: { attribute: false },
    active: { state: true },
  };
  declare view: TableView;
  declare sort: readonly SortKey[];
  declare selected: ReadonlySet<string>;
  declare pinned: readonly string[];
  /** A run as it is now. */
  declare current: (row: RunRow) => RunRow;
  declare version: number;
  /** Where a selection of several began. */
  private anchor = 0;
  private boxes: readonly ColumnBox[] = [];

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
    return this.view.lines.length;
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    this.setRowCount(this.places);
    if (this.active >= this.places) this.active = Math.max(0, this.places - 1);
    if (changed.has('view')) this.boxes = columnBoxes(this.view, this.pinned);
  }

  protected override render() {
    const { indices, above, below, activeIsDrawn } = this.drawn;
    const width = 2 * MARK_WIDTH + this.boxes.reduce((sum, box) => sum + box.width, 0);
    return html`<div class="viewport">
      <table
        role="treegrid"
        tabindex="0"
        aria-label="Runs"
        aria-multiselectable="true"
        aria-rowcount=${this.places + 1}
        aria-colcount=${this.view.columns.length + 2}
        aria-activedescendant=${activeIsDrawn ? `run-${this.active}` : nothing}
        .style=${`width: ${width}px`}
        @keydown=${this.onKey}
      >
        <colgroup>
          ${[MARK_WIDTH, MARK_WIDTH, ...this.boxes.map((box) => box.width)].map((one) => html`<col .style=${`width: ${one}px`} />`)}
        </colgroup>
        <thead>
          <tr aria-rowindex="1">
            <th scope="col" class="mark pinned" .style=${'left: 0'}><span class="unseen">Selected</span></th>
            <th scope="col" class="mark pinned" .style=${`left: ${MARK_WIDTH}px`}><span class="unseen">Star</span></th>
            ${this.view.columns.map((column, n) => this.heading(column, this.boxes[n]))}
          </tr>
        </thead>
        <tbody>
          ${spacer(above)} ${indices.map((index) => this.line(index))} ${spacer(below)}
        </tbody>
      </table>
    </div>`;
  }

  private heading(column: RunColumn, box?: ColumnBox): TemplateResult {
    const { path, label } = column;
    const place = this.sort.findIndex((key) => key.path === path);
    const key = this.sort[place];
    const order = key ? (key.descending ? 'descending' : 'ascending') : 'none';
    const sign = key ? `${key.descending ? ' ↓' : ' ↑'}${this.sort.length > 1 ? place + 1 : ''}` : '';
    return html`<th
      scope="col"
      class="${box?.isNumeric ? 'number' : ''} ${box?.left === undefined ? '' : 'pinned'}"
      .style=${leftOf(box)}
      aria-sort=${order}
      title=${label === path ? path : `${label}: ${path}`}
    >
      <button type="button" class="sort" tabindex="-1" @click=${(event: MouseEvent) => this.sortBy(column, event.shiftKey)}>
        ${label}<span aria-hidden="true">${sign}</span>
      </button>
    </th>`;
  }

  /** The better ones first, then the other way round, then as before; with Shift after what it is sorted by already. */
  private sortBy({ path, figure, of }: RunColumn, isMore: boolean): void {
    const others = isMore ? this.sort.filter((key) => key.path !== path) : [];
    const known = this.sort.find((key) => key.path === path);
    const first = of === 'figure' ? figure?.better !== 'lower' : path === 'started';
    const next = !known
      ? [{ path, descending: first }]
      : known.descending === first
        ? [{ path, descending: !first }]
        : [];
    this.dispatchEvent(new SortEvent('sort', { detail: [...others, ...next] }));
  }

  private line(place: number): TemplateResult | typeof nothing {
    const line = this.view.lines[place];
    if (!line) return nothing;
    return line.kind === 'group' ? this.group(line, place) : this.run(line, place);
  }

  private group(line: Extract<TableLine, { kind: 'group' }>, place: number): TemplateResult {
    const folders = line.runs.map(({ folder }) => folder);
    const isSelected = folders.every((folder) => this.selected.has(folder));
    return html`<tr
      id="run-${place}"
      class="group ${place === this.active ? 'active' : ''}"
      aria-rowindex=${place + 2}
      aria-level="1"
      aria-expanded=${line.isOpen}
      aria-selected=${isSelected}
      @click=${() => this.toggleGroup(place)}
    >
      ${this.mark(place, isSelected)}
      <td class="title" colspan=${this.view.columns.length + 1}>
        <div><span aria-hidden="true">${line.isOpen ? '▾' : '▸'}</span> <bdi>${groupTitle(line.runs)}</bdi></div>
      </td>
    </tr>`;
  }

  private run({ row, folded }: Extract<TableLine, { kind: 'run' }>, place: number): TemplateResult {
    const now = this.current(row);
    const isSelected = (folded?.rows ?? [row]).every(({ folder }) => this.selected.has(folder));
    const text = (column: RunColumn) => (folded ? foldedText.cell(folded, column) : cellText(now, column));
    return html`<tr
      id="run-${place}"
      class="${place === this.active ? 'active' : ''} ${isSelected ? 'open' : ''}"
      aria-level="2"
      aria-rowindex=${place + 2}
      aria-selected=${isSelected}
      @click=${(event: MouseEvent) => this.clicked(place, event)}
      @dblclick=${() => this.choose(place)}
    >
      ${this.mark(place, isSelected)} ${this.star(row)}
      ${this.view.columns.map((column, n) => this.cell(now, text(column), column, this.boxes[n]))}
    </tr>`;
  }

  private mark(place: number, isSelected: boolean): TemplateResult {
    const toggle = (event: MouseEvent) => {
      event.stopPropagation();
      this.goTo(place);
      this.toggle(place);
    };
    return html`<td class="mark pinned" .style=${'left: 0'} @click=${toggle}>
      <span aria-hidden="true">${isSelected ? '☑' : '☐'}</span>
    </td>`;
  }

  private star(row: RunRow): TemplateResult {
    const toggle = (event: MouseEvent) => {
      event.stopPropagation();
      this.dispatchEvent(new StarEvent('star', { detail: row }));
    };
    return html`<td class="mark pinned" .style=${`left: ${MARK_WIDTH}px`} @click=${toggle}>
      <span aria-hidden="true">${row.star ? '★' : '☆'}</span><span class="unseen">${row.star ? 'starred' : ''}</span>
    </td>`;
  }

  private cell(row: RunRow, text: string, { path }: RunColumn, box?: ColumnBox): TemplateResult {
    const kind = `${box?.isNumeric ? 'number' : ''} ${box?.left === undefined ? '' : 'pinned'}`;
    if (path !== 'status') return html`<td class=${kind} .style=${leftOf(box)} title=${text}><bdi>${text}</bdi></td>`;
    const { progress, problem, status } = row;
    const why = problem ? `${text}: ${problem.message}` : text;
    return html`<td class="${kind} status-${status}" .style=${leftOf(box)} title=${why}>
      <bdi>${problem ? `⚠ ${why}` : text}</bdi>
      ${progress ? html`<span class="bar" aria-hidden="true" .style=${`width: ${100 * progress.share}%`}></span>` : nothing}
    </td>`;
  }

  private clicked(place: number, { shiftKey, ctrlKey, metaKey }: MouseEvent): void {
    if (shiftKey) this.selectTo(place);
    else {
      this.goTo(place);
      if (ctrlKey || metaKey) this.toggle(place);
      else this.select(this.foldersAt(place));
    }
  }

  protected override tookKey({ key, shiftKey, ctrlKey, metaKey }: KeyboardEvent): boolean {
    const line = this.view.lines[this.active];
    if (key === ' ') this.toggle(this.active);
    else if (key === 'a' && (ctrlKey || metaKey)) this.select(this.view.runs.map(({ folder }) => folder));
    else if (key === 'Escape') this.select([]);
    else if (key === 's' && line?.kind === 'run') this.dispatchEvent(new StarEvent('star', { detail: line.row }));
    else if (key === 'ArrowLeft' || key === 'ArrowRight') this.goSideways(key === 'ArrowRight');
    else if (shiftKey && (key === 'ArrowUp' || key === 'ArrowDown')) {
      this.selectTo(this.placeBelow(key === 'ArrowUp' ? -1 : 1));
    } else return false;
    return true;
  }

  private goSideways(right: boolean): void {
    const line = this.view.lines[this.active];
    if (line?.kind === 'group' && line.isOpen !== right) this.toggleGroup(this.active);
    else this.querySelector('.viewport')?.scrollBy({ left: right ? 120 : -120 });
  }

  private toggle(place: number): void {
    const folders = this.foldersAt(place);
    const isSelected = folders.every((folder) => this.selected.has(folder));
    const others = [...this.selected].filter((folder) => !folders.includes(folder));
    this.select(isSelected ? others : [...this.selected, ...folders]);
  }

  private selectTo(place: number): void {
    super.goTo(place);
    const [from, to] = [Math.min(this.anchor, place), Math.max(this.anchor, place)];
    const folders = Array.from({ length: to - from + 1 }, (_, n) => this.foldersAt(from + n, true)).flat();
    this.select(folders);
  }

  /** Of a group all of its runs, and none where `isBetween` others, which are asked for themselves. */
  private foldersAt(place: number, isBetween = false): string[] {
    const line = this.view.lines[place];
    if (!line || (line.kind === 'group' && isBetween && line.isOpen)) return [];
    const runs = line.kind === 'group' ? line.runs : (line.folded?.rows ?? [line.row]);
    return runs.map(({ folder }) => folder);
  }

  private select(folders: readonly string[]): void {
    this.dispatchEvent(new SelectEvent('select-runs', { detail: [...new Set(folders)] }));
  }

  private toggleGroup(place: number): void {
    const line = this.view.lines[place];
    this.active = place;
    if (line?.kind === 'group') this.dispatchEvent(new GroupEvent('group', { detail: line.key }));
  }

  protected override choose(place: number): void {
    const line = this.view.lines[place];
    if (line?.kind === 'group') this.toggleGroup(place);
    else if (line) this.dispatchEvent(new OpenRunEvent('open-run', { detail: line.row.folder }));
  }

  /** A selection of several begins where the keyboard was, and stays there while it grows. */
  protected override goTo(place: number): void {
    super.goTo(place);
    this.anchor = place;
  }
}

/** Set as a property: the page's policy forbids styles in attributes. */
function leftOf(box: ColumnBox | undefined): string {
  return box?.left === undefined ? '' : `left: ${box.left}px`;
}

/** Room for rows that are not drawn. */
function spacer(height: number): TemplateResult | typeof nothing {
  return height > 0
    ? html`<tr role="presentation" class="spacer"><td .style=${`height: ${height}px`}></td></tr>`
    : nothing;
}

customElements.define('runs-table', RunsTable);
