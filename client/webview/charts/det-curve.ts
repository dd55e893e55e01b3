import { axisX, axisY, gridX, gridY } from '@observablehq/plot';
import { percent } from '../../../server/src/protocol/figure-text.js';
import { curveKey, curveMarks } from './curve.js';
import { plotSvg } from './plot-svg.js';
import type { RocCurve, RocPoint } from './roc-curve.js';

/** False non-match rates over false match rates, both on logarithmic axes, on which a rate of 0 has no place. */
export function detChart(curves: readonly RocCurve[], width: number): SVGSVGElement {
  const placed = (points: readonly RocPoint[]) =>
    points.filter(({ fmr, tmr }) => fmr > 0 && tmr < 1).map(({ fmr, tmr }) => ({ x: fmr, y: 1 - tmr }));
  const all = curves.flatMap(({ points, marked }) => placed([...points, ...marked]));
  const key = curveKey(curves, width);
  const axis = { tickSize: 0, fill: 'var(--muted)', labelAnchor: 'center', labelArrow: 'none' } as const;
  const tickFormat = (tick: number) => String(tick);
  const grid = { stroke: 'var(--line)', strokeOpacity: 1 };
  return plotSvg({
    ariaLabel: summaryOf(curves),
    width,
    height: 306 + key.height,
    marginLeft: 64,
    marginBottom: 52,
    marginTop: 10 + key.height,
    x: { type: 'log', domain: [Math.min(0.1, ...all.map(({ x }) => x)), 1], label: null },
    y: { type: 'log', domain: [Math.min(0.1, ...all.map(({ y }) => y)), 1], label: null },
    marks: [
      gridX({ ...grid, ticks: width / 110 }),
      gridY({ ...grid, ticks: 4 }),
      axisY({ ...axis, tickFormat, ticks: 4, label: 'false non-match rate' }),
      axisX({ ...axis, tickFormat, tickPadding: 12, ticks: width / 110, label: 'false match rate' }),
      ...curves.flatMap((curve) => curveMarks(curve, placed(curve.points), placed(curve.marked))),
      ...key.marks,
    ],
  });
}

function summaryOf(curves: readonly RocCurve[]): string {
  const said = curves.map(({ label, marked }) => {
    const points = marked.map(({ fmr, tmr }) => `${percent(1 - tmr)} at ${percent(fmr)}`);
    return `${label}: ${points.join(', ') || 'no operating point'}`;
  });
  return `False non-match rate over false match rate. ${said.join('; ')}`;
}
