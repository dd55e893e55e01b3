import { line, ruleX, text } from '@observablehq/plot';
import type { ParallelRuns } from '../../../../server/src/protocol/runs/table/plot-data.js';
import { plotSvg } from '../../charts/plot-svg.js';

const HEIGHT = 360;
const SIDE = 60;
/** Of a tick, which stands between two axes. */
const LETTERS = 16;
/** Of a heading, in pixels. */
const LETTER = 7;
const LINE = 16;

/** Runs as lines over axes that stand beside each other. */
export function parallelChart({ axes, lines }: ParallelRuns, width: number): SVGSVGElement {
  const points = lines.flatMap(({ id, at }) => at.map((y, x) => ({ id, x, y: y ?? Number.NaN })));
  const ticks = axes.flatMap(({ ticks }, x) => ticks.map(({ at, text }) => ({ x, y: at, text: shortened(text) })));
  // Headings of neighbours stand above each other, so that each has room beside its axis for two.
  const room = (2 * (width - 2 * SIDE)) / Math.max(1, axes.length - 1);
  const most = Math.max(LETTERS / 2, Math.min(2 * LETTERS, Math.floor(room / LETTER) - 1));
  const heads = axes.map(({ column }, x) => ({ x, y: 1, text: shortened(column.label.split('.').at(-1) ?? '', most) }));
  const [upper, lower] = [heads.filter(({ x }) => x % 2 === 0), heads.filter(({ x }) => x % 2 === 1)];
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
      text(upper, { ...heading, dy: -22 - LINE }),
      text(lower, { ...heading, dy: -22 }),
    ],
  });
}

function shortened(text: string, most = LETTERS): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
