import { dot, line, type Markish, type PlotOptions, text, vector } from '@observablehq/plot';
import { plotSvg } from './plot-svg.js';
import { LETTER, LINE_HEIGHT, wrapped } from './wrapped-label.js';

/** A line through points, told from others by more than its colour. */
export interface Curve {
  readonly label: string;
  /** A colour of the style sheet: `var(--…)`. */
  readonly colour: string;
  readonly dashes?: string;
  /** The shape of what is marked on it. */
  readonly symbol: (typeof SYMBOLS)[number];
}

const DASHES = [undefined, '6 3', '2 3', '8 3 2 3'];
const SYMBOLS = ['circle', 'square', 'triangle', 'diamond', 'star', 'cross', 'wye'] as const;

/** How the n-th model of a run is drawn: a colour and a shape a run, dashes a model. */
export function curveStyle(run: number, model: number): Omit<Curve, 'label'> {
  const again = Math.floor(model / DASHES.length);
  return {
    colour: `var(--run-${run})`,
    dashes: DASHES[model % DASHES.length],
    symbol: SYMBOLS[(run + again) % SYMBOLS.length] as Curve['symbol'],
  };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** What a chart of curves is drawn into: its two scales, and grids and axes below the curves. */
interface CurveChart {
  readonly ariaLabel: string;
  readonly width: number;
  readonly x: PlotOptions['x'];
  readonly y: PlotOptions['y'];
  readonly below: readonly Markish[];
}

/** Of both axes of a chart of curves. */
export const CURVE_AXIS = { tickSize: 0, fill: 'var(--muted)', labelAnchor: 'center', labelArrow: 'none' } as const;
/** Beside that of the lower one. */
export const CURVE_AXIS_X = { ...CURVE_AXIS, tickPadding: 12, tickFormat: (tick: number) => String(tick) } as const;
export const CURVE_GRID = { stroke: 'var(--line)', strokeOpacity: 1 } as const;
const MARGINS = { left: 64, right: 20 };

/** Curves with their key above them; `drawn` are the marks of each. */
export function curveChart<C extends Curve>(
  curves: readonly C[],
  { below, ...chart }: CurveChart,
  drawn: (curve: C) => readonly Markish[],
): SVGSVGElement {
  const key = curveKey(curves, chart.width);
  return plotSvg({
    ...chart,
    height: 306 + key.height,
    marginLeft: MARGINS.left,
    marginBottom: 52,
    marginTop: 10 + key.height,
    marks: [...below, ...curves.flatMap(drawn), ...key.marks],
  });
}

export function curveMarks({ colour, dashes, symbol }: Curve, points: readonly Point[], marked: readonly Point[]) {
  return [
    line(points, { x: 'x', y: 'y', stroke: colour, strokeWidth: 2, strokeDasharray: dashes }),
    dot(marked, { x: 'x', y: 'y', fill: colour, r: 4, symbol }),
  ];
}

const KEY_ROW = 20;
const SAMPLE = 34;
/** A short piece of line, whatever its direction: a vector without a head. */
const STROKE = {
  draw: (context: { moveTo(x: number, y: number): void; lineTo(x: number, y: number): void }, length: number) => {
    context.moveTo(0, 0);
    context.lineTo(0, -length);
  },
};

/** Which line is whose, above a chart of this width: `height` is the room that it takes there. */
function curveKey(curves: readonly Curve[], width: number) {
  const letters = Math.floor((width - BESIDE_KEY) / LETTER);
  const rows = curves.map((curve) => ({ ...curve, lines: wrapped(curve.label, letters) }));
  const heightOf = ({ lines }: (typeof rows)[number]) => Math.max(KEY_ROW, LINE_HEIGHT * lines.length + 6);
  const height = 12 + rows.reduce((sum, row) => sum + heightOf(row), 0);
  let top = -height;
  const marks = rows.flatMap(({ lines, colour, dashes, symbol }, n) => {
    const rowHeight = heightOf(rows[n]!);
    const place = { frameAnchor: 'top-left', dy: top + rowHeight / 2, className: 'key' } as const;
    top += rowHeight;
    const middle = { ...place, dx: SAMPLE / 2 };
    return [
      vector([0], {
        ...middle,
        ...{ shape: STROKE, length: SAMPLE, rotate: 90, anchor: 'middle' },
        ...{ stroke: colour, strokeWidth: 2, strokeDasharray: dashes, strokeLinecap: 'butt' },
      }),
      dot([0], { ...middle, fill: colour, r: 4, symbol }),
      text([lines.join('\n')], {
        ...{ ...place, dx: SAMPLE + 8, textAnchor: 'start', lineAnchor: 'middle', fill: 'var(--text)' },
        lineHeight: LINE_HEIGHT / 13,
      }),
    ];
  });
  return { height, marks };
}
/** The margins of a chart of curves, and a sample of a line with the gap behind it. */
const BESIDE_KEY = MARGINS.left + MARGINS.right + SAMPLE + 8;
