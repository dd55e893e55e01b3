import { html, type TemplateResult } from 'lit';
import type { ReportData } from '../../../server/src/protocol/webview.js';
import '../parts/photo-difference.js';

type Perturbed = ReportData['perturbed'][number];

/** Some photographs before and after, and what is between, for a page that has them. */
export function perturbedPhotographs(perturbed: readonly Perturbed[]): TemplateResult[] {
  return perturbed.map(
    ({ id, version, original, perturbed: changed }) => html`<section class="perturbed" aria-label="${version}: ${id}">
      <h3><bdi>${version}</bdi> <span class="quiet"><bdi>${id}</bdi></span></h3>
      <div class="photographs">
        <figure class="photo">
          <img src=${changed} alt="Perturbed by ${version}" />
          <figcaption>Perturbed</figcaption>
        </figure>
        <photo-difference .original=${original} .perturbed=${changed}></photo-difference>
      </div>
    </section>`,
  );
}
