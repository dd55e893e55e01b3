import { line, ruleX, text } from '@observablehq/plot';
import type { ParallelRuns } from '../../../../server/src/protocol/runs/table/plot-data.js';
import { plotSvg } from '../../charts/plot-svg.js';

const HEIGHT = 340;
const LETTERS = 16;

/** Runs as lines over axes that stand beside each other. */
export function parallelChart({ axes, lines }: ParallelRuns, width: number): SVGSVGElement {
  const points = lines.flatMap(({ id, at }) => at.map((y, x) => ({ id, x, y: y ?? Number.NaN })));
  const ticks = axes.flatMap(({ ticks }, x) => ticks.map(({ at, text }) => ({ x, y: at, text: shortened(text) })));
  const heads = axes.map(({ column }, x) => ({ x, y: 1, text: shortened(column.label.split('.').at(-1) ?? '') }));
  const outlined = { fill: 'var(--text)', stroke: 'var(--page)', strokeWidth: 4 };
  return plotSvg({
    ariaLabel: `${lines.length} runs as lines over ${axes.map(({ column }) => column.label).join(', ')}`,
    width,
    height: HEIGHT,
    marginTop: 40,
    marginLeft: 60,
    marginRight: 60,
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
      text(heads, { x: 'x', y: 'y', text: 'text', dy: -22, fontWeight: 600, fill: 'var(--text)' }),
    ],
  });
}

function shortened(text: string): string {
  return text.length <= LETTERS ? text : `${text.slice(0, LETTERS - 1)}…`;
}
