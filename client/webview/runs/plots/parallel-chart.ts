import { line, ruleX, text } from '@observablehq/plot';
import type { ParallelRuns } from '../../../../server/src/protocol/runs/table/plot-data.js';
import { plotSvg } from '../../charts/plot-svg.js';

const HEIGHT = 360;
const SIDE = 60;
/** Of a tick, which stands between two axes. */
const LETTERS = 16;
/** Of a heading, in pixels. */
const LETTER = 8;
const LINE = 16;

/** Runs as lines over axes that stand beside each other. */
export function parallelChart({ axes, lines }: ParallelRuns, width: number): SVGSVGElement {
  const points = lines.flatMap(({ id, at }) => at.map((y, x) => ({ id, x, y: y ?? Number.NaN })));
  const ticks = axes.flatMap(({ ticks }, x) => ticks.map(({ at, text }) => ({ x, y: at, text: shortened(text) })));
  // Headings of neighbours stand above each other, so that each has room beside its axis for two.
  const room = (2 * (width - 2 * SIDE)) / Math.max(1, axes.length - 1);
  const most = Math.max(LETTERS / 2, Math.min(2 * LETTERS, Math.floor(room / LETTER) - 1));
  const heads = axes.map(({ column }, x) => ({ x, y: 1, text: shortened(column.label.split('.').at(-1) ?? '', most) }));
  const heading = { x: 'x', y: 'y', text: 'text', fontWeight: 600, fill: 'var(--text)' };
  const outlined = { fill: 'var(--text)', stroke: 'var(--page)', strokeWidth: 4 };
  return plotSvg({
    ariaLabel: `${lines.length} runs as lines over ${axes.map(({ column }) => column.label).join(', ')}`,
    width,
    height: HEIGHT,
    marginTop: 40 + LINE,
    marginLeft: SIDE,
    marginRight: SIDE,
    marginBottom: 24,
    x: { domain: [0, Math.max(1, axes.length - 1)], axis: null },
    y: { domain: [0, 1], axis: null },
    marks: [
      line(points, {
        ...{ x: 'x', y: 'y', z: 'id', stroke: 'var(--accent)', strokeWidth: 1.5 },
        strokeOpacity: lines.length > 60 ? 0.3 : 0.6,
      }),
      ruleX(axes.keys(), { y1: 0, y2: 1, stroke: 'var(--muted)' }),
      text(ticks, { x: 'x', y: 'y', text: 'text', textAnchor: 'start', dx: 5, ...outlined }),
      ...heads.map((head, n) => text([head], { ...heading, ...placeOf(n, heads.length) })),
    ],
  });
}

/** The first and the last heading reach into the chart, and not out of it. */
function placeOf(n: number, count: number) {
  const dy = n % 2 === 0 ? -22 - LINE : -22;
  if (n === 0) return { dy, textAnchor: 'start', dx: 4 - SIDE } as const;
  return n === count - 1 ? ({ dy, textAnchor: 'end', dx: SIDE - 4 } as const) : { dy };
}

function shortened(text: string, most = LETTERS): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
