import { html, nothing, type TemplateResult } from 'lit';
import { decimal } from '../../../server/src/protocol/figure-text.js';
import type { KnownFace } from '../../../server/src/protocol/images/found-face.js';
import type { DistanceUnit } from '../../../server/src/protocol/results/distance-unit.js';
import type { FoundImage } from '../../../server/src/protocol/webview.js';
import { mark } from '../parts/mark.js';
import { faceNote } from './face-note.js';

/** A photograph that a query found, with whether it shows the person who was looked for, how far it is, and whether it is valid. */
export function foundPhoto(
  found: FoundImage,
  wanted: string | null,
  picture: TemplateResult,
  { unit, face, verdict }: { readonly unit: DistanceUnit; readonly face: KnownFace; readonly verdict?: string | null },
): TemplateResult {
  const known = found.identity !== null && wanted !== null;
  const right = known && found.identity === wanted;
  return html`<figure class="photo ${known ? (right ? 'right' : 'wrong') : ''}">
    ${picture}
    <figcaption>
      ${known ? mark(right, right ? 'same person' : 'other person') : nothing}
      <bdi>${found.identity ?? 'identity unknown'}</bdi>
      <span class="quiet">${unit === 'similarity' ? unit : 'distance'} ${decimal(found.distance, 3)}</span>
      ${verdict ? html`<span class="quiet">${verdict}</span>` : nothing}
      ${found.valid === null ? nothing : mark(found.valid, found.valid ? 'valid' : 'too far')}
      ${faceNote(face)}
    </figcaption>
  </figure>`;
}
