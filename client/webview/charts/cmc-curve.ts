import { axisX, axisY, gridY } from '@observablehq/plot';
import { percent } from '../../../server/src/protocol/figure-text.js';
import { CURVE_AXIS, CURVE_AXIS_X, CURVE_GRID, type Curve, curveChart, curveMarks } from './curve.js';

export interface CmcCurve extends Curve {
  /** The share found at each rank, from 1. */
  readonly rates: readonly number[];
}

/** Shares of probes whose identity is among so many nearest, over that number. */
export function cmcChart(curves: readonly CmcCurve[], width: number): SVGSVGElement {
  const last = Math.max(2, ...curves.map(({ rates }) => rates.length));
  const ticks = [1, 2, 5, 10, 20, 50, 100].filter((rank) => rank <= last);
  return curveChart(
    curves,
    {
      ariaLabel: summaryOf(curves),
      width,
      x: { type: 'log', domain: [1, last], label: null },
      y: { domain: [0, 100], label: null },
      below: [
        gridY({ ...CURVE_GRID, ticks: 5 }),
        axisY({ ...CURVE_AXIS, ticks: 5, tickFormat: (tick) => `${tick} %`, label: 'share of probes found' }),
        axisX(ticks, { ...CURVE_AXIS_X, label: 'rank' }),
      ],
    },
    (curve) => {
      const points = curve.rates.map((rate, n) => ({ x: n + 1, y: 100 * rate }));
      return curveMarks(curve, points, points.slice(0, 1));
    },
  );
}

function summaryOf(curves: readonly CmcCurve[]): string {
  const said = curves.map(({ label, rates }) => {
    const ranks = [1, 5, 10].filter((rank) => rank <= rates.length);
    return `${label}: ${ranks.map((rank) => `${percent(rates[rank - 1])} at rank ${rank}`).join(', ')}`;
  });
  return `Share of searches that find the person, over the rank. ${said.join('; ')}`;
}
