import { axisX, axisY, gridX, gridY } from '@observablehq/plot';
import { percent } from '../../../server/src/protocol/figure-text.js';
import { CURVE_AXIS, CURVE_AXIS_X, CURVE_GRID, curveChart, curveMarks } from './curve.js';
import type { RocCurve, RocPoint } from './roc-curve.js';

/** False non-match rates over false match rates, both on logarithmic axes, on which a rate of 0 has no place. */
export function detChart(curves: readonly RocCurve[], width: number): SVGSVGElement {
  const placed = (points: readonly RocPoint[]) =>
    points.filter(({ fmr, tmr }) => fmr > 0 && tmr < 1).map(({ fmr, tmr }) => ({ x: fmr, y: 1 - tmr }));
  const all = curves.flatMap(({ points, marked }) => placed([...points, ...marked]));
  const tickFormat = (tick: number) => String(tick);
  return curveChart(
    curves,
    {
      ariaLabel: summaryOf(curves),
      width,
      x: { type: 'log', domain: [Math.min(0.1, ...all.map(({ x }) => x)), 1], label: null },
      y: { type: 'log', domain: [Math.min(0.1, ...all.map(({ y }) => y)), 1], label: null },
      below: [
        gridX({ ...CURVE_GRID, ticks: width / 110 }),
        gridY({ ...CURVE_GRID, ticks: 4 }),
        axisY({ ...CURVE_AXIS, tickFormat, ticks: 4, label: 'false non-match rate' }),
        axisX({ ...CURVE_AXIS_X, ticks: width / 110, label: 'false match rate' }),
      ],
    },
    (curve) => curveMarks(curve, placed(curve.points), placed(curve.marked)),
  );
}

function summaryOf(curves: readonly RocCurve[]): string {
  const said = curves.map(({ label, marked }) => {
    const points = marked.map(({ fmr, tmr }) => `${percent(1 - tmr)} at ${percent(fmr)}`);
    return `${label}: ${points.join(', ') || 'no operating point'}`;
  });
  return `False non-match rate over false match rate. ${said.join('; ')}`;
}
