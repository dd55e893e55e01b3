import { type PlotOptions, plot } from '@observablehq/plot';

/**
 * A plot as an image for screen readers, without the style element that comes with it: the page's policy
 * allows no style but the page's own, which has those rules (styles/chart.css). The image has one label: those
 * of its parts become `data-mark`.
 */
export function plotSvg(options: PlotOptions & { ariaLabel: string }): SVGSVGElement {
  const svg = plot({ ...options, className: 'chart' }) as SVGSVGElement;
  svg.querySelector('style')?.remove();
  svg.setAttribute('role', 'img');
  for (const part of svg.querySelectorAll('g[aria-label]')) {
    part.setAttribute('data-mark', part.getAttribute('aria-label') as string);
    part.removeAttribute('aria-label');
  }
  return svg;
}
