import { axisX, axisY, gridY, rectY, ruleY } from '@observablehq/plot';
import { curveStyle } from '../../charts/curve.js';
import { plotSvg } from '../../charts/plot-svg.js';
import { rocChart } from '../../charts/roc-curve.js';
import type { At, Moving } from './moving.js';

const SVG = 'http://www.w3.org/2000/svg';

/** A chart that is drawn once; what moves in it is moved. */
export interface MovedChart {
  readonly svg: SVGSVGElement;
  move(at: At): void;
}

interface Scale {
  readonly domain: readonly number[];
  apply(value: number): number;
}
type Scaled = SVGSVGElement & { scale(name: 'x' | 'y'): Scale | undefined };

/** How genuine distances and those of strangers lie, and the threshold among them. */
export function distancesChart(moving: Moving, label: string, width: number): MovedChart {
  const { edges, genuine, strangers } = moving.histograms();
  const bars = (shares: readonly number[]) => shares.map((y, n) => ({ x1: edges[n], x2: edges[n + 1], y: 100 * y }));
  const svg = plotSvg({
    ariaLabel: `Shares of genuine distances and of distances of strangers by ${label}`,
    width,
    height: 240,
    marginLeft: 52,
    marginBottom: 46,
    x: { domain: [0, edges.at(-1) ?? 1], label: null },
    y: { label: null },
    marks: [
      gridY({ stroke: 'var(--line)', strokeOpacity: 1, ticks: 4 }),
      axisY({ tickSize: 0, ticks: 4, fill: 'var(--muted)', label: null, tickFormat: (tick) => `${tick} %` }),
      axisX({ tickSize: 0, ticks: width / 90, fill: 'var(--muted)', label, labelAnchor: 'center', labelArrow: 'none' }),
      rectY(bars(strangers), { x1: 'x1', x2: 'x2', y: 'y', fill: 'var(--run-1)', fillOpacity: 0.55, inset: 0 }),
      rectY(bars(genuine), { x1: 'x1', x2: 'x2', y: 'y', fill: 'none', stroke: 'var(--run-0)', strokeWidth: 1.5 }),
      ruleY([0], { stroke: 'var(--muted)' }),
    ],
  }) as Scaled;
  const line = added(svg, 'line', { y1: '20', y2: String(240 - 46), stroke: 'var(--text)', 'stroke-width': '2' });
  return {
    svg,
    move({ threshold }) {
      const x = String(svg.scale('x')?.apply(threshold) ?? 0);
      line.setAttribute('x1', x);
      line.setAttribute('x2', x);
    },
  };
}

/** Genuine over strangers’ matches, and where the threshold stands. */
export function operatingChart(moving: Moving, width: number): MovedChart {
  const curve = { label: 'the verifier', points: moving.roc(), marked: [], ...curveStyle(0, 0) };
  const svg = rocChart([curve], width) as Scaled;
  const point = added(svg, 'circle', { r: '6', fill: 'var(--text)', stroke: 'var(--page)', 'stroke-width': '2' });
  return {
    svg,
    move({ genuine, strangers }) {
      const fmr = strangers ? (strangers[0] + strangers[1]) / 2 : 0;
      // Beyond the axis it would lie on whatever stands beside the chart.
      const isOnAxis = fmr > 0 && fmr >= (svg.scale('x')?.domain[0] ?? 0);
      point.toggleAttribute('hidden', !isOnAxis);
      point.style.display = isOnAxis ? '' : 'none';
      if (!isOnAxis) return;
      point.setAttribute('cx', String(svg.scale('x')?.apply(fmr) ?? 0));
      point.setAttribute('cy', String(svg.scale('y')?.apply(100 * (genuine ?? 0)) ?? 0));
    },
  };
}

function added(svg: SVGSVGElement, name: 'line' | 'circle', attributes: Readonly<Record<string, string>>) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.classList.add('moved');
  svg.append(element);
  return element;
}
