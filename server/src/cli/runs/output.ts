import { cellText, type RunColumn } from '../../protocol/runs/table/columns.js';
import type { RunRow } from '../../protocol/runs/table/run-row.js';
import { visibleText } from '../../protocol/text/visible-text.js';

/** How a table is printed; as text for a person where none is asked for. */
export interface FormatOptions {
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly md?: boolean;
}

/** A table of GitHub's Markdown; what names hold beside text is made visible, and no sign of theirs is one of Markdown's. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(markdownText).join(' | ')} |`;
  return [line(head), `| ${head.map(() => '---').join(' | ')} |`, ...rows.map(line)].join('\n');
}

function markdownText(text: string): string {
  return visibleText(text.replace(/\s+/g, ' ')).replace(/[\\`*_{}[\]<>#|~&]/g, '\\$&');
}

export function textRow(row: RunRow, columns: readonly RunColumn[]): string[] {
  return columns.map((column) => cellText(row, column));
}

/** Written as it is: a document, not words for a terminal. */
export function printDocument(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

export function printJson(value: unknown): void {
  printDocument(JSON.stringify(value, null, 2));
}
