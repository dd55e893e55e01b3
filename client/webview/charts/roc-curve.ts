import { axisX, axisY, gridX, gridY } from '@observablehq/plot';
import { percent } from '../../../server/src/protocol/figure-text.js';
import { CURVE_AXIS, CURVE_AXIS_X, CURVE_GRID, type Curve, curveChart, curveMarks } from './curve.js';

/** A share of impostor pairs that match, and that of genuine ones, at one threshold. */
export interface RocPoint {
  readonly fmr: number;
  readonly tmr: number;
}

export interface RocCurve extends Curve {
  /** Ascending. */
  readonly points: readonly RocPoint[];
  /** Those that the table names. */
  readonly marked: readonly RocPoint[];
}

/** True match rates over false match rates on a logarithmic axis, on which a rate of 0 has no place. */
export function rocChart(curves: readonly RocCurve[], width: number): SVGSVGElement {
  const placed = (points: readonly RocPoint[]) =>
    points.filter(({ fmr }) => fmr > 0).map(({ fmr, tmr }) => ({ x: fmr, y: 100 * tmr }));
  const rates = curves.flatMap(({ points, marked }) => placed([...points, ...marked]).map(({ x }) => x));
  return curveChart(
    curves,
    {
      ariaLabel: summaryOf(curves),
      width,
      x: { type: 'log', domain: [Math.min(0.1, ...rates), 1], label: null },
      y: { domain: [0, 100], label: null },
      below: [
        gridX({ ...CURVE_GRID, ticks: width / 110 }),
        gridY({ ...CURVE_GRID, ticks: 5 }),
        axisY({ ...CURVE_AXIS, ticks: 5, tickFormat: (tick) => `${tick} %`, label: 'true match rate' }),
        axisX({ ...CURVE_AXIS_X, ticks: width / 110, label: 'false match rate' }),
      ],
    },
    (curve) => curveMarks(curve, placed(curve.points), placed(curve.marked)),
  );
}

function summaryOf(curves: readonly RocCurve[]): string {
  const said = curves.map(({ label, marked }) => {
    const points = marked.map(({ fmr, tmr }) => `${percent(tmr)} at ${percent(fmr)}`);
    return `${label}: ${points.join(', ') || 'no operating point'}`;
  });
  return `True match rate over false match rate. ${said.join('; ')}`;
}
