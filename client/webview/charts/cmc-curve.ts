import { axisX, axisY, gridY } from '@observablehq/plot';
import { percent } from '../../../server/src/protocol/figure-text.js';
import { type Curve, curveKey, curveMarks } from './curve.js';
import { plotSvg } from './plot-svg.js';

export interface CmcCurve extends Curve {
  /** The share found at each rank, from 1. */
  readonly rates: readonly number[];
}

/** Shares of probes whose identity is among so many nearest, over that number. */
export function cmcChart(curves: readonly CmcCurve[], width: number): SVGSVGElement {
  const last = Math.max(2, ...curves.map(({ rates }) => rates.length));
  const ticks = [1, 2, 5, 10, 20, 50, 100].filter((rank) => rank <= last);
  const key = curveKey(curves, width);
  return plotSvg({
    ariaLabel: summaryOf(curves),
    width,
    height: 306 + key.height,
    marginLeft: 64,
    marginBottom: 52,
    marginTop: 10 + key.height,
    x: { type: 'log', domain: [1, last], label: null },
    y: { domain: [0, 100], label: null },
    marks: [
      gridY({ stroke: 'var(--line)', strokeOpacity: 1, ticks: 5 }),
      axisY({
        ...{ tickSize: 0, ticks: 5, fill: 'var(--muted)', tickFormat: (tick: number) => `${tick} %` },
        ...{ label: 'share of probes found', labelAnchor: 'center', labelArrow: 'none' },
      }),
      axisX(ticks, {
        tickPadding: 12,
        tickSize: 0,
        fill: 'var(--muted)',
        label: 'rank',
        labelAnchor: 'center',
        labelArrow: 'none',
        tickFormat: (tick) => String(tick),
      }),
      ...curves.flatMap((curve) => {
        const points = curve.rates.map((rate, n) => ({ x: n + 1, y: 100 * rate }));
        return curveMarks(curve, points, points.slice(0, 1));
      }),
      ...key.marks,
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
