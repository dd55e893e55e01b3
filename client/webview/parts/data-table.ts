import { html, nothing, render, type TemplateResult } from 'lit';
import { type CsvValue, csvText } from '../../../server/src/protocol/csv.js';
import { latexTable, markdownTable } from '../text-tables.js';
import { type SaveAs, saveButtons } from './save-button.js';

export interface Column<Row> {
  readonly label: string;
  /** What is saved: the figure in full precision. */
  readonly value: (row: Row) => CsvValue;
  /** What is shown, where it differs from the value. */
  readonly show?: (row: Row) => string | TemplateResult;
  /** What Markdown and LaTeX say, where that is not what the page shows. */
  readonly text?: (row: Row) => string;
  /** A sentence: what the column says of a row. */
  readonly meaning?: string;
  readonly numeric?: boolean;
  /**
   * Where a column stands that is not everywhere: where people read it (the page, Markdown, LaTeX), where programs do
   * (CSV), or in every saved file and not on the page.
   */
  readonly only?: 'read' | 'figures' | 'saved';
}

export interface DataTable<Row> {
  readonly caption: string;
  /** Name of the saved file, without its ending. */
  readonly file: string;
  /** The first column names the row. */
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** In what else it is saved. */
  readonly files?: readonly SaveAs[];
}

const KEPT_WHOLE = 32;

/** A table with a caption and buttons that save it; it scrolls sideways on its own where the page is narrow. */
export function dataTable<Row>(table: DataTable<Row>): TemplateResult {
  const { caption, rows, files = [] } = table;
  const columns = table.columns.filter(({ only }) => only === undefined || only === 'read');
  return html`<div class="table" role="group" aria-label=${caption}>
    ${saveButtons(caption, [
      ['CSV', () => csvFile(table)],
      ['MD', () => markdownFile(table)],
      ['TeX', () => latexFile(table)],
      ...files,
    ])}
    <div class="scroll" tabindex="0" role="region" aria-label="${caption}, scrollable">
      <table>
        <caption>
          ${caption}
        </caption>
        <thead>
          <tr>
            ${columns.map(({ label, numeric, meaning }) => html`<th scope="col" class=${kind(numeric)} title=${meaning ?? nothing}>${label}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map((row) => html`<tr>${columns.map((column, n) => cell(column, row, n === 0))}</tr>`)}
        </tbody>
      </table>
    </div>
    ${meanings(caption, columns)}
  </div>`;
}

/** What the headings mean, for those who cannot point at them too. */
export function meanings(
  caption: string,
  columns: readonly { readonly label: string; readonly meaning?: string }[],
): TemplateResult | typeof nothing {
  const explained = columns.filter(({ meaning }) => meaning !== undefined);
  if (explained.length === 0) return nothing;
  return html`<details class="meanings quiet">
    <summary aria-label="What the columns mean: ${caption}">What the columns mean</summary>
    <dl>
      ${explained.map(({ label, meaning }) => html`<div><dt>${label}</dt><dd>${meaning}</dd></div>`)}
    </dl>
  </details>`;
}

function cell<Row>({ show, value, numeric }: Column<Row>, row: Row, first: boolean): TemplateResult {
  const content = show ? show(row) : plain(value(row));
  return first
    ? html`<th scope="row" class=${kind(numeric)}>${content}</th>`
    : html`<td class=${kind(numeric)}>${content}</td>`;
}

/** A short text is kept whole, as a name that breaks at its hyphens is hard to read. */
function plain(value: CsvValue): TemplateResult {
  const text = String(value ?? '–');
  return html`<bdi class=${text.length <= KEPT_WHOLE ? 'whole' : ''}>${text}</bdi>`;
}

function kind(numeric = false): string {
  return numeric ? 'number' : 'text';
}

/** What a reader sees, as text. */
function shownTexts<Row>({ columns, rows }: DataTable<Row>) {
  const shown = columns.filter(({ only }) => only !== 'figures');
  return {
    header: shown.map(({ label, numeric = false }) => ({ label, numeric })),
    rows: rows.map((row) => shown.map((column) => cellText(column, row))),
  };
}

function cellText<Row>({ text, show, value }: Column<Row>, row: Row): string {
  return text ? text(row) : textOf(show ? show(row) : plain(value(row)));
}

function textOf(content: string | TemplateResult): string {
  const drawn = document.createElement('div');
  render(content, drawn);
  for (const sign of drawn.querySelectorAll('[aria-hidden]')) sign.remove();
  return drawn.textContent ?? '';
}

function markdownFile<Row>(table: DataTable<Row>) {
  const { header, rows } = shownTexts(table);
  return { name: `${table.file}.md`, mime: 'text/markdown' as const, text: markdownTable(header, rows) };
}

function latexFile<Row>(table: DataTable<Row>) {
  const { header, rows } = shownTexts(table);
  return { name: `${table.file}.tex`, mime: 'application/x-tex' as const, text: latexTable(header, rows) };
}

function csvFile<Row>({ file, columns, rows }: DataTable<Row>) {
  const saved = columns.filter(({ only }) => only !== 'read');
  const values = rows.map((row) => saved.map(({ value }) => value(row)));
  const header = saved.map(({ label }) => label);
  return { name: `${file}.csv`, mime: 'text/csv' as const, text: csvText(header, values) };
}
