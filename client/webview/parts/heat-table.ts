import { html, nothing, type TemplateResult } from 'lit';
import { percent } from '../../../server/src/protocol/figure-text.js';
import type { CrossCell, CrossTable } from '../../../server/src/protocol/results/cross-tables.js';
import { paperFiles } from '../charts/chart-figure.js';
import { crossedFigure } from '../figures/crossed.js';
import { type Column, dataTable } from './data-table.js';
import { whiteBoxTag } from './mark.js';

type Row = CrossTable['rows'][number];

/** A table of rates by two names: each says its number, and a shade behind it makes out where they are high. */
export function heatTable(table: CrossTable): TemplateResult {
  const { title, file, what, columns, rows } = table;
  const files = paperFiles(crossedFigure(table));
  const named: Column<Row> = { label: `${what[0]?.toUpperCase()}${what.slice(1)}`, value: ({ name }) => name };
  const rates = columns.map((label, n): Column<Row> => {
    const cellOf = ({ cells }: Row): CrossCell => cells[n] ?? {};
    return {
      label,
      numeric: true,
      value: (row) => cellOf(row).rate ?? null,
      show: (row) => heat(cellOf(row)),
      text: (row) => percent(cellOf(row).rate),
    };
  });
  return dataTable({ caption: title, file, rows, columns: [named, ...rates], files });
}

/** In steps of a tenth: a colour that is set by a style attribute would be against the page's policy. */
function heat({ rate, whiteBox }: CrossCell): TemplateResult {
  const step = rate === null || rate === undefined ? '' : ` heat-${Math.round(10 * rate)}`;
  return html`<span class="heat${step}">${percent(rate)}${whiteBox ? whiteBoxTag(whiteBox) : nothing}</span>`;
}
