import { barX, text } from '@observablehq/plot';
import { count, percent } from '../../../server/src/protocol/figure-text.js';
import { plotSvg } from './plot-svg.js';
import { LETTER, LINE_HEIGHT, wrapped } from './wrapped-label.js';

/** How many are left. */
export interface FunnelStep {
  readonly label: string;
  readonly count: number;
  /** Those that it is a part of; null for the first step, which is all there are. */
  readonly of: number | null;
  /** A colour of the style sheet: `var(--…)`. */
  readonly colour: string;
}

const ROW_HEIGHT = 44;
/** Narrower than this, a chart names its steps in a third of its width. */
const ROOM_FOR_LABELS = 220;

/** What is left after each step, as bars about one middle; what a step leaves out of its whole is pale behind it. */
export function funnelChart(steps: readonly FunnelStep[], width: number): SVGSVGElement {
  const rows = steps.map((step, y) => ({ ...step, y, whole: step.of ?? step.count }));
  const most = Math.max(1, ...rows.map(({ whole }) => whole));
  const marginLeft = Math.min(ROOM_FOR_LABELS, width / 3);
  const labelOf = ({ label }: FunnelStep) => wrapped(label, Math.floor((marginLeft - 8) / LETTER));
  const lines = Math.max(1, ...rows.map((row) => labelOf(row).length));
  const about = (value: (row: (typeof rows)[number]) => number) => ({
    x1: (row: (typeof rows)[number]) => -value(row) / 2,
    x2: (row: (typeof rows)[number]) => value(row) / 2,
    y: 'y',
  });
  const beside = { y: 'y', fill: 'var(--text)' } as const;
  return plotSvg({
    ariaLabel: steps.map(summaryOf).join('; '),
    width,
    height: rows.length * Math.max(ROW_HEIGHT, lines * LINE_HEIGHT + 10) + 8,
    marginLeft,
    marginRight: 128,
    marginTop: 4,
    marginBottom: 4,
    x: { domain: [-most / 2, most / 2], axis: null },
    y: { type: 'band', domain: rows.map(({ y }) => y), axis: null, padding: 0.22 },
    marks: [
      barX(rows, { ...about(({ whole }) => whole), fill: 'var(--whole)', rx: 2 }),
      barX(rows, { ...about(({ count }) => count), fill: ({ colour }) => colour, rx: 2 }),
      text(rows, {
        ...beside,
        text: (row) => labelOf(row).join('\n'),
        frameAnchor: 'left',
        textAnchor: 'start',
        dx: -marginLeft,
      }),
      text(rows, { ...beside, x: most / 2, text: figureOf, textAnchor: 'start', dx: 14, fontWeight: 600 }),
    ],
  });
}

function figureOf(step: FunnelStep): string {
  return step.of === null ? count(step.count) : `${count(step.count)} · ${share(step)}`;
}

function share({ count, of }: FunnelStep): string {
  return percent(of ? count / of : null);
}

function summaryOf(step: FunnelStep): string {
  return `${step.label} ${count(step.count)}${step.of === null ? '' : ` of ${count(step.of)}, ${share(step)}`}`;
}
