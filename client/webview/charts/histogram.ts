import { axisX, axisY, gridY, rectY, ruleX, ruleY, text } from '@observablehq/plot';
import { counted, decimal } from '../../../server/src/protocol/figure-text.js';
import { plotSvg } from './plot-svg.js';

export interface Histogram {
  /** One more than counts, ascending. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
  readonly median: number | null;
  /** What lies along the axis, with its unit. */
  readonly label: string;
  /** What a bar counts. */
  readonly counted: string;
  /** A colour of the style sheet: `var(--…)`. */
  readonly colour: string;
  /** The axis reaches from one to the other; by default as far as the edges do. */
  readonly domain?: readonly [number, number];
}

/** How values are spread: a bar a bin, with the median marked and named. */
export function histogramChart(histogram: Histogram, width: number): SVGSVGElement {
  const { edges, counts, median, label, counted: what, colour, domain } = histogram;
  const bins = counts.map((count, n) => ({ x1: edges[n], x2: edges[n + 1], y: count }));
  const middle = median === null ? [] : [median];
  return plotSvg({
    ariaLabel: summaryOf(histogram),
    width,
    height: 240,
    marginLeft: 60,
    marginBottom: 46,
    marginTop: 28,
    x: { label: null, domain },
    y: { label: null, domain: [0, Math.max(1, ...counts)] },
    marks: [
      gridY({ stroke: 'var(--line)', strokeOpacity: 1, ticks: 4 }),
      axisY({
        tickSize: 0,
        ticks: 4,
        fill: 'var(--muted)',
        label: what,
        labelAnchor: 'center',
        labelArrow: 'none',
      }),
      axisX({ tickSize: 0, ticks: width / 90, fill: 'var(--muted)', label, labelAnchor: 'center', labelArrow: 'none' }),
      rectY(bins, { x1: 'x1', x2: 'x2', y: 'y', fill: colour, inset: 0.5 }),
      ruleY([0], { stroke: 'var(--muted)' }),
      ruleX(middle, { stroke: 'var(--page)', strokeWidth: 5 }),
      ruleX(middle, { stroke: 'var(--text)', strokeWidth: 1.5 }),
      text(middle, {
        text: medianText,
        frameAnchor: 'top',
        dy: -16,
        x: (value) => value,
        fill: 'var(--text)',
        fontWeight: 600,
      }),
    ],
  });
}

function medianText(value: number): string {
  return `median ${decimal(value, 3)}`;
}

function summaryOf({ edges, counts, median, label }: Histogram): string {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const range = `from ${decimal(edges[0] ?? null, 3)} to ${decimal(edges.at(-1) ?? null, 3)}`;
  const middle = median === null ? '' : `, median ${decimal(median, 3)}`;
  return `Histogram of ${label}: ${counted(total, 'value')} ${range}${middle}`;
}
