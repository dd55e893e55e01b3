import { axisX, axisY, gridX, gridY } from '@observablehq/plot';
import { percent } from '../../../server/src/protocol/figure-text.js';
import { type Curve, curveKey, curveMarks } from './curve.js';
import { plotSvg } from './plot-svg.js';

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
  const key = curveKey(curves, width);
  return plotSvg({
    ariaLabel: summaryOf(curves),
    width,
    height: 306 + key.height,
    marginLeft: 64,
    marginBottom: 52,
    marginTop: 10 + key.height,
    x: { type: 'log', domain: [Math.min(0.1, ...rates), 1], label: null },
    y: { domain: [0, 100], label: null },
    marks: [
      gridX({ stroke: 'var(--line)', strokeOpacity: 1, ticks: width / 110 }),
      gridY({ stroke: 'var(--line)', strokeOpacity: 1, ticks: 5 }),
      axisY({
        ...{ tickSize: 0, ticks: 5, fill: 'var(--muted)', tickFormat: (tick: number) => `${tick} %` },
        ...{ label: 'true match rate', labelAnchor: 'center', labelArrow: 'none' },
      }),
      axisX({
        tickPadding: 12,
        tickSize: 0,
        ticks: width / 110,
        fill: 'var(--muted)',
        label: 'false match rate',
        labelAnchor: 'center',
        labelArrow: 'none',
        tickFormat: (tick) => String(tick),
      }),
      ...curves.flatMap((curve) => curveMarks(curve, placed(curve.points), placed(curve.marked))),
      ...key.marks,
    ],
  });
}

function summaryOf(curves: readonly RocCurve[]): string {
  const said = curves.map(({ label, marked }) => {
    const points = marked.map(({ fmr, tmr }) => `${percent(tmr)} at ${percent(fmr)}`);
    return `${label}: ${points.join(', ') || 'no operating point'}`;
  });
  return `True match rate over false match rate. ${said.join('; ')}`;
}
