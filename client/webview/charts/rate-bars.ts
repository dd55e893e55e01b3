import { axisX, barX, gridX, ruleY, text, tickX } from '@observablehq/plot';
import { interval, percent } from '../../../server/src/protocol/figure-text.js';
import { plotSvg } from './plot-svg.js';
import { LETTER, LINE_HEIGHT, wrapped } from './wrapped-label.js';

/** A rate with its interval. */
export interface RateBar {
  readonly label: string;
  readonly rate: number | null;
  readonly ci95: readonly [number, number] | null;
  /** A colour of the style sheet: `var(--…)`. */
  readonly colour: string;
}

/** Bars that belong together, under a title; an empty title takes no room. */
export interface BarGroup {
  readonly title: string;
  readonly bars: readonly RateBar[];
}

interface Row {
  readonly y: number;
  readonly title?: string;
  readonly bar?: RateBar;
}
interface BarRow extends Row {
  readonly bar: RateBar;
}

const ROW_HEIGHT = 30;
const AXIS_HEIGHT = 52;
/** A title stands before the grid, which its outline keeps away. */
const TITLE = { fontWeight: 600, fill: 'var(--text)', stroke: 'var(--page)', strokeWidth: 6, lineWidth: 24, dy: 3 };
/** Narrower than this, a chart leaves its intervals to the table below it. */
const ROOM_FOR_INTERVALS = 560;

/** Horizontal bars on an axis from 0 to 100 %, each with its 95 % interval and its value in figures. */
export function rateBars(groups: readonly BarGroup[], width: number, axisTitle: string): SVGSVGElement {
  const rows = groups.flatMap(rowsOf).map((row, y) => ({ ...row, y }));
  const roomy = width >= ROOM_FOR_INTERVALS;
  const marginLeft = labelWidth(groups, width);
  const lettersInLine = Math.floor((marginLeft - 8) / LETTER);
  const lines = Math.max(1, ...barRows(rows).map(({ bar }) => wrapped(bar.label, lettersInLine).length));
  return plotSvg({
    ariaLabel: summaryOf(groups),
    width,
    height: rows.length * rowHeight(lines) + AXIS_HEIGHT,
    marginLeft,
    marginRight: roomy ? 190 : 78,
    marginTop: 4,
    marginBottom: AXIS_HEIGHT - 4,
    x: { domain: [0, 100], label: null },
    y: { type: 'band', domain: rows.map(({ y }) => y), axis: null, padding: 0.3 },
    marks: [axis(roomy, axisTitle), bars(rows), labels(rows, marginLeft, lettersInLine), values(rows, roomy)],
  });
}

function rowsOf({ title, bars }: BarGroup): Omit<Row, 'y'>[] {
  return [...(title ? [{ title }] : []), ...bars.map((bar) => ({ bar }))];
}

function barRows(rows: readonly Row[]): BarRow[] {
  return rows.filter((row): row is BarRow => row.bar !== undefined);
}

/** Room for so many lines of a label. */
function rowHeight(lines: number): number {
  return Math.max(ROW_HEIGHT, lines * LINE_HEIGHT + 8);
}

/** Room for the longest label, within limits: a name may be of any length. */
function labelWidth(groups: readonly BarGroup[], width: number): number {
  const longest = Math.max(0, ...groups.flatMap(({ bars }) => bars.map(({ label }) => label.length)));
  return Math.min(16 + longest * LETTER, 0.3 * width);
}

function axis(roomy: boolean, title: string) {
  const ticks = roomy ? [0, 20, 40, 60, 80, 100] : [0, 50, 100];
  return [
    gridX(ticks, { stroke: 'var(--line)', strokeOpacity: 1 }),
    axisX(ticks, {
      tickFormat: (tick) => `${tick} %`,
      tickSize: 0,
      tickPadding: 10,
      fill: 'var(--muted)',
      label: title,
      labelAnchor: 'center',
      labelArrow: 'none',
    }),
  ];
}

function bars(rows: readonly Row[]) {
  const measured = barRows(rows).filter(({ bar }) => bar.rate !== null);
  const intervals = measured.flatMap(({ y, bar }) =>
    bar.ci95 ? [{ y, low: 100 * bar.ci95[0], high: 100 * bar.ci95[1] }] : [],
  );
  const span = { x1: 'low', x2: 'high', y: 'y' };
  const rate = ({ bar }: BarRow) => 100 * (bar.rate as number);
  return [
    barX(measured, { x1: 0, x2: rate, y: 'y', fill: ({ bar }: BarRow) => bar.colour, rx2: 2 }),
    tickX(barRows(rows), { x: 0, y: 'y', stroke: 'var(--muted)', insetTop: -5, insetBottom: -5 }),
    // The wide line under the thin one keeps an interval apart from the bar that it begins in.
    ruleY(intervals, { ...span, stroke: 'var(--page)', strokeWidth: 5 }),
    ruleY(intervals, { ...span, stroke: 'var(--text)', strokeWidth: 1.5, marker: 'tick' }),
  ];
}

function labels(rows: readonly Row[], marginLeft: number, lettersInLine: number) {
  const place = {
    y: 'y',
    frameAnchor: 'left',
    textAnchor: 'start',
    dx: -marginLeft,
  } as const;
  const titles = rows.filter(({ title }) => title !== undefined);
  return [
    text(titles, { ...place, text: 'title', textOverflow: 'ellipsis', ...TITLE }),
    text(barRows(rows), {
      ...place,
      text: ({ bar }: BarRow) => wrapped(bar.label, lettersInLine).join('\n'),
      fill: 'var(--text)',
    }),
  ];
}

function values(rows: readonly Row[], roomy: boolean) {
  const place = { x: 100, y: 'y', textAnchor: 'start', fontVariant: 'tabular-nums' } as const;
  const value = text(barRows(rows), {
    ...place,
    text: ({ bar }: BarRow) => percent(bar.rate),
    dx: 14,
    fontWeight: 600,
    fill: 'var(--text)',
  });
  const range = text(barRows(rows), {
    ...place,
    text: ({ bar }: BarRow) => (bar.ci95 ? interval(bar.ci95) : ''),
    dx: 88,
    fill: 'var(--muted)',
  });
  return roomy ? [value, range] : [value];
}

/** The figures in words, for those who hear a chart. */
function summaryOf(groups: readonly BarGroup[]): string {
  return groups
    .map(({ title, bars }) => [title, bars.map(barSummary).join('; ')].filter(Boolean).join(': '))
    .join('. ');
}

function barSummary({ label, rate, ci95 }: RateBar): string {
  if (rate === null) return `${label} not measured`;
  return `${label} ${percent(rate)}${ci95 ? `, 95 % interval ${interval(ci95)}` : ''}`;
}
