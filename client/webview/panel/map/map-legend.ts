import { html, svg, type TemplateResult } from 'lit';
import { count } from '../../../../server/src/protocol/figure-text.js';
import type { Encoded, Shape } from './encodings.js';

/** What each colour and shape stands for, and how many points have them. */
export function mapLegend({ kinds }: Encoded): TemplateResult {
  return html`<ul class="map-legend" aria-label="What points stand for">
    ${kinds
      .filter(({ points }) => points > 0)
      .map(
        ({ label, shape, colour, points }) => html`<li>
          <svg class=${colour === null ? 'other' : `run-${colour}`} viewBox="-1 -1 2 2" aria-hidden="true">${OUTLINES[shape]}</svg>
          <bdi>${label}</bdi> <span class="quiet">${count(points)}</span>
        </li>`,
      )}
  </ul>`;
}

/** As drawing.ts draws them. */
const OUTLINES: Readonly<Record<Shape, TemplateResult>> = {
  circle: svg`<circle r="0.9" />`,
  square: svg`<rect x="-0.8" y="-0.8" width="1.6" height="1.6" />`,
  triangle: svg`<polygon points="0,-0.95 0.9,0.85 -0.9,0.85" />`,
  diamond: svg`<polygon points="0,-1 1,0 0,1 -1,0" />`,
  plus: svg`<path d="M-0.3-0.95h0.6v0.65h0.65v0.6h-0.65v0.65h-0.6v-0.65h-0.65v-0.6h0.65z" />`,
  cross: svg`<path transform="rotate(45)" d="M-0.3-1h0.6v0.7h0.7v0.6h-0.7v0.7h-0.6v-0.7h-0.7v-0.6h0.7z" />`,
};
