import { axisFx, axisFy, axisX, axisY, dot, gridY, line, ruleX } from '@observablehq/plot';
import { figureText } from '../../../../server/src/protocol/figure-text.js';
import type { PlottedFigure, PlottedPoint } from '../../../../server/src/protocol/runs/table/plot-data.js';
import { plotSvg } from '../../charts/plot-svg.js';

const HEIGHT = 300;
/** Small multiples that would be narrower than this stand below each other. */
const NARROWEST = 130;

/** A figure over the values of a setting, with its interval or spread; small multiples have one axis of the figure. */
export function settingChart(
  plotted: PlottedFigure,
  { label, x, facet }: { readonly label: string; readonly x: string; readonly facet?: string },
  width: number,
): SVGSVGElement {
  const { points, values, facets, kind } = plotted;
  const isNumeric = values.every((value) => typeof value === 'number');
  const isBeside = width / facets.length >= NARROWEST;
  const name = (value: string) => `${facet}: ${value}`;
  const place = facet ? (isBeside ? { fx: 'facet' } : { fy: 'facet' }) : {};
  const facetAxis = { label: null, tickFormat: name, fill: 'var(--muted)', textStroke: 'var(--page)' };
  const spread = points.filter(({ low, high }) => low !== null && high !== null);
  const [single, several] = [points.filter(({ runs }) => runs === 1), points.filter(({ runs }) => runs > 1)];
  return plotSvg({
    ariaLabel: summaryOf(plotted, label, x),
    width,
    height: facet && !isBeside ? 70 + 170 * facets.length : HEIGHT,
    marginLeft: 64,
    marginRight: facet && !isBeside ? 110 : 16,
    marginBottom: 48,
    marginTop: facet && isBeside ? 30 : 10,
    x: isNumeric ? { label: null, inset: 14 } : { type: 'point', domain: values, label: null, padding: 0.5 },
    // A mean of shares and its deviation may together be more than all, or less than none.
    y: { label: null, nice: true, ...(kind === 'share' && { domain: shareDomain(points) }), clamp: true },
    ...(facet && (isBeside ? { fx: { domain: facets } } : { fy: { domain: facets } })),
    marks: [
      gridY({ stroke: 'var(--line)', strokeOpacity: 1, ticks: 5 }),
      axisY({ tickSize: 0, ticks: 5, fill: 'var(--muted)', label: null, tickFormat: (tick) => figureText(kind, tick) }),
      axisX({
        tickSize: 0,
        ...(isNumeric && { ticks: values.length <= 8 ? values : 6 }),
        fill: 'var(--muted)',
        label: x,
        labelAnchor: 'center',
        labelArrow: 'none',
        tickFormat: String,
      }),
      ...(facet ? [isBeside ? axisFx(facetAxis) : axisFy(facetAxis)] : []),
      ...(isNumeric && isLine(points)
        ? [line(points, { x: 'x', y: 'value', stroke: 'var(--accent-pale)', ...place, sort: 'x' })]
        : []),
      ruleX(spread, {
        x: 'x',
        y1: 'low',
        y2: 'high',
        stroke: 'var(--text)',
        strokeWidth: 1.5,
        marker: 'tick',
        ...place,
      }),
      dot(several, { x: 'x', y: 'value', fill: 'var(--accent)', r: 4.5, ...place }),
      dot(single, { x: 'x', y: 'value', stroke: 'var(--accent)', fill: 'var(--page)', strokeWidth: 2, r: 4, ...place }),
    ],
  });
}

function shareDomain(points: readonly PlottedPoint[]): [number, number] {
  const values = points.flatMap(({ value, low, high }) => [value, low ?? value, high ?? value]);
  return [Math.max(0, Math.min(...values)), Math.min(1, Math.max(...values))];
}

/** Points are joined where each value has one. */
function isLine(points: readonly PlottedPoint[]): boolean {
  return new Set(points.map(({ x, facet }) => JSON.stringify([x, facet]))).size === points.length;
}

const MOST_SAID = 40;

function summaryOf({ points, kind }: PlottedFigure, label: string, x: string): string {
  const said = points.slice(0, MOST_SAID).map((point) => {
    const bounds = point.low === null ? '' : `, ${figureText(kind, point.low)} to ${figureText(kind, point.high)}`;
    return `${[point.facet, point.x].filter((part) => part !== '').join(', ')}: ${figureText(kind, point.value)}${bounds}`;
  });
  const more = points.length > MOST_SAID ? `; and ${points.length - MOST_SAID} more` : '';
  return `${label} over ${x}. ${said.join('; ')}${more}`;
}
