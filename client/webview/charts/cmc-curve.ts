import { axisX, axisY, dot, gridY, line } from '@observablehq/plot';
import { percent } from '../../../server/src/protocol/figure-text.js';
import { plotSvg } from './plot-svg.js';

export interface CmcCurve {
  readonly label: string;
  /** The share found at each rank, from 1. */
  readonly rates: readonly number[];
  /** A colour of the style sheet: `var(--…)`. */
  readonly colour: string;
  /** Tells curves of one colour apart. */
  readonly dashes?: string;
}

/** Shares of probes whose identity is among so many nearest, over that number. */
export function cmcChart(curves: readonly CmcCurve[], width: number): SVGSVGElement {
  const last = Math.max(2, ...curves.map(({ rates }) => rates.length));
  const ticks = [1, 2, 5, 10, 20, 50, 100].filter((rank) => rank <= last);
  return plotSvg({
    ariaLabel: summaryOf(curves),
    width,
    height: 300,
    marginLeft: 52,
    marginBottom: 46,
    x: { type: 'log', domain: [1, last], label: null },
    y: { domain: [0, 100], label: null },
    marks: [
      gridY({ stroke: 'var(--line)', strokeOpacity: 1, ticks: 5 }),
      axisY({ tickSize: 0, ticks: 5, fill: 'var(--muted)', label: null, tickFormat: (tick) => `${tick} %` }),
      axisX(ticks, {
        tickSize: 0,
        fill: 'var(--muted)',
        label: 'rank',
        labelAnchor: 'center',
        labelArrow: 'none',
        tickFormat: (tick) => String(tick),
      }),
      ...curves.flatMap(({ rates, colour, dashes }) => {
        const points = rates.map((rate, n) => ({ x: n + 1, y: 100 * rate }));
        const mark = line(points, { x: 'x', y: 'y', stroke: colour, strokeWidth: 2, strokeDasharray: dashes });
        return [mark, dot(points.slice(0, 1), { x: 'x', y: 'y', fill: colour, r: 4 })];
      }),
    ],
  });
}

function summaryOf(curves: readonly CmcCurve[]): string {
  const said = curves.map(({ label, rates }) => {
    const ranks = [1, 5, 10].filter((rank) => rank <= rates.length);
    return `${label}: ${ranks.map((rank) => `${percent(rates[rank - 1])} at rank ${rank}`).join(', ')}`;
  });
  return `Share of searches that find the person, over the rank. ${said.join('; ')}`;
}
