import { cell, text } from '@observablehq/plot';
import { percent, whiteBoxWords } from '../../../server/src/protocol/figure-text.js';
import type { CrossCell, CrossTable } from '../../../server/src/protocol/results/cross-tables.js';
import { plotSvg } from './plot-svg.js';
import { LETTER, LINE_HEIGHT, wrapped } from './wrapped-label.js';

interface Place extends CrossCell {
  readonly x: number;
  readonly y: number;
  readonly label: string;
}

/** Of a chart’s letters, in pixels. */
const FONT_SIZE = 13;
/** The strongest shade lets letters of the text’s colour be read on it, in light and in dark. */
const STRONGEST = 0.45;
/** A column holds a rate such as `100.0 %`; letters are smaller where there is no room for that. */
const ROOM = 8 * LETTER;

/** Rates by two names as cells: each says its number, and the stronger its shade, the higher it is. */
export function heatMap({ title, what, across, columns, rows }: CrossTable, width: number): SVGSVGElement {
  const longest = Math.max(what.length, ...rows.map(({ name }) => name.length));
  const marginLeft = Math.min(16 + longest * LETTER, 0.3 * width);
  const columnWidth = (width - marginLeft) / columns.length;
  const fontSize = Math.min(FONT_SIZE, (FONT_SIZE * columnWidth) / ROOM);
  const linesOf = (label: string, wide: number) =>
    wrapped(label, Math.floor(((wide - 8) * FONT_SIZE) / (LETTER * fontSize)));
  const headings = columns.map((label) => linesOf(label, columnWidth));
  const names = rows.map(({ name }) => wrapped(name, Math.floor((marginLeft - 8) / LETTER)));
  const places = rows.flatMap(({ cells }, y) =>
    cells.map((one, x): Place => ({ ...one, x, y, label: labelOf(one, linesOf, columnWidth) })),
  );
  const lines = Math.max(
    1,
    ...names.map(({ length }) => length),
    ...places.map(({ label }) => label.split('\n').length),
  );
  const marginTop = LINE_HEIGHT * (2 + Math.max(...headings.map(({ length }) => length)));
  const heading = {
    lineHeight: LINE_HEIGHT / fontSize,
    fontSize,
    fill: 'var(--muted)',
    frameAnchor: 'top',
    lineAnchor: 'bottom',
  } as const;
  return plotSvg({
    ariaLabel: summaryOf({ title, columns, rows }),
    width,
    height: marginTop + rows.length * (lines * LINE_HEIGHT + 14) + 2,
    ...{ marginLeft, marginTop, marginRight: 0, marginBottom: 2 },
    x: { type: 'band', domain: columns.map((_, x) => x), axis: null, padding: 0 },
    y: { type: 'band', domain: rows.map((_, y) => y), axis: null, padding: 0 },
    marks: [
      text([what], {
        ...heading,
        fontSize: FONT_SIZE,
        text: (title) => title,
        frameAnchor: 'top-left',
        textAnchor: 'start',
        dx: -marginLeft,
        dy: -6,
      }),
      text([across], { ...heading, fontSize: FONT_SIZE, text: (title) => title, dy: -marginTop + LINE_HEIGHT + 2 }),
      text(headings, { ...heading, x: (_, n) => n, text: (label) => label.join('\n'), dy: -6 }),
      text(names, {
        y: (_, n) => n,
        text: (label) => label.join('\n'),
        frameAnchor: 'left',
        textAnchor: 'start',
        dx: -marginLeft,
        fill: 'var(--text)',
      }),
      cell(places, { x: 'x', y: 'y', inset: 1, stroke: 'var(--line)', fill: 'none' }),
      cell(
        places.filter(({ rate }) => rate != null),
        { x: 'x', y: 'y', inset: 1, fill: 'var(--accent)', fillOpacity: ({ rate }: Place) => STRONGEST * (rate ?? 0) },
      ),
      text(places, { x: 'x', y: 'y', text: 'label', fontSize, fontVariant: 'tabular-nums', fill: 'var(--text)' }),
    ],
  });
}

function labelOf(
  { rate, whiteBox }: CrossCell,
  linesOf: (label: string, wide: number) => string[],
  width: number,
): string {
  return [percent(rate), ...(whiteBox ? linesOf(whiteBoxWords(whiteBox), width) : [])].join('\n');
}

function summaryOf({ title, columns, rows }: Pick<CrossTable, 'title' | 'columns' | 'rows'>): string {
  const said = rows.map(({ name, cells }) => {
    const rates = cells.flatMap(({ rate }, n) => (rate === undefined ? [] : `${columns[n]} ${percent(rate)}`));
    return `${name}: ${rates.join(', ')}`;
  });
  return `${title}. ${said.join('; ')}`;
}
