import { type PlotOptions, plot } from '@observablehq/plot';

let sheet: Document | undefined;

/** Where charts are drawn from now on: outside of a page there is no document unless one is given. */
export function drawOn(document: Document): void {
  sheet = document;
}

/**
 * A plot as an image for screen readers, without the style element that comes with it: the page's policy
 * allows no style but the page's own, which has those rules (styles/chart.css). The image has one label: those
 * of its parts, or what class they were given, become `data-mark`.
 */
export function plotSvg(options: PlotOptions & { ariaLabel: string }): SVGSVGElement {
  const svg = plot({ ...options, document: sheet, className: 'chart' }) as SVGSVGElement;
  svg.querySelector('style')?.remove();
  svg.setAttribute('role', 'img');
  for (const part of svg.querySelectorAll('g[aria-label]')) {
    part.setAttribute('data-mark', part.getAttribute('class') || (part.getAttribute('aria-label') as string));
    part.removeAttribute('class');
    part.removeAttribute('aria-label');
  }
  return svg;
}
