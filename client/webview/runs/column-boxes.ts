import { cellText, type RunColumn } from '../../../server/src/protocol/runs/table/columns.js';
import { foldedText } from '../../../server/src/protocol/runs/table/folded-text.js';
import type { TableLine, TableView } from '../../../server/src/protocol/runs/table/table-view.js';

/** Where a column stands. */
export interface ColumnBox {
  /** In pixels. */
  readonly width: number;
  /** Of a column that stays where it is while others move. */
  readonly left?: number;
  readonly isNumeric: boolean;
}

/** Of the columns for a mark and a star, in pixels. */
export const MARK_WIDTH = 34;
/** Of a selected row, whose letters are wider. */
const LETTER = 8.6;
const PADDING = 26;
const NARROWEST = 64;
const WIDEST = 320;
/** So many lines say how wide a column has to be. */
const LOOKED_AT = 60;

export function columnBoxes({ columns, lines }: TableView, pinned: readonly string[]): ColumnBox[] {
  const runs = lines.filter((line) => line.kind === 'run').slice(0, LOOKED_AT);
  let left = 2 * MARK_WIDTH;
  return columns.map((column) => {
    const texts = runs.map((line) => textOf(line, column));
    const longest = Math.max(column.label.length + 2, ...texts.map((text) => text.length));
    const width = Math.round(Math.min(WIDEST, Math.max(NARROWEST, PADDING + LETTER * longest)));
    const isNumeric = column.of === 'figure' || (column.of === 'setting' && texts.every(isNumber));
    if (!pinned.includes(column.path)) return { width, isNumeric };
    left += width;
    return { width, isNumeric, left: left - width };
  });
}

function textOf({ row, folded }: Extract<TableLine, { kind: 'run' }>, column: RunColumn): string {
  return folded ? foldedText.cell(folded, column) : cellText(row, column);
}

function isNumber(text: string): boolean {
  return /^[-–]?\d*\.?\d*$/.test(text);
}
