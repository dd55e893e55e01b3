import { html, nothing, type TemplateResult } from 'lit';
import { decimal } from '../../../server/src/protocol/figure-text.js';
import type { FoundImage } from '../../../server/src/protocol/webview.js';
import { mark } from './mark.js';

/** A photograph that a query found, with whether it shows the person who was looked for, and how far it is. */
export function foundPhoto(found: FoundImage, wanted: string | null, picture: TemplateResult): TemplateResult {
  const known = found.identity !== null && wanted !== null;
  const right = known && found.identity === wanted;
  return html`<figure class="photo ${known ? (right ? 'right' : 'wrong') : ''}">
    ${picture}
    <figcaption>
      ${known ? mark(right, right ? 'same person' : 'other person') : nothing}
      <bdi>${found.identity ?? 'identity unknown'}</bdi>
      <span class="quiet">distance ${decimal(found.distance, 3)}</span>
    </figcaption>
  </figure>`;
}
