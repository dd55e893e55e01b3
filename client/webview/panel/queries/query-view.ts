import { html, nothing, type TemplateResult } from 'lit';
import { decimal } from '../../../../server/src/protocol/figure-text.js';
import type { FoundImage, QueryView } from '../../../../server/src/protocol/webview.js';
import { foundPhoto } from '../../parts/found-photo.js';
import { hiddenNote, photo } from '../../parts/photo.js';
import type { AskedQuery, PanelHost } from '../panel-host.js';
import '../../parts/photo-difference.js';

/** A query as each model and version sees it: its photograph, and what it found, up to the threshold and beyond. */
export function queryView({ views, hiddenIn }: AskedQuery, host: PanelHost): TemplateResult {
  const [first] = views;
  if (!first) return html`<div class="empty"><p>Nothing is recorded of this query.</p></div>`;
  return html`<section class="query-view" aria-label="Query ${first.id}" aria-live="polite">
    <h3><bdi>${first.id}</bdi></h3>
    ${hiddenIn === null ? nothing : hiddenNote(hiddenIn, () => host.tell({ type: 'showPhotographs' }))}
    <ul class="queries">
      ${views.map((view) => html`<li>${versionView(view)}</li>`)}
    </ul>
  </section>`;
}

function versionView(view: QueryView): TemplateResult {
  const { id, identity, model, version, neighbours, threshold, perturbed } = view;
  const cut =
    threshold === null ? neighbours.length : neighbours.filter(({ distance }) => distance <= threshold).length;
  return html`<div class="asked">
      <h4><bdi>${version === 'original' ? model : `${model}, ${version}`}</bdi></h4>
      <figure class="photo query">
        ${photo(perturbed ?? view.photographs[id], `Query: ${id}`)}
        <figcaption><strong>Query</strong><bdi>${identity ?? 'identity unknown'}</bdi></figcaption>
      </figure>
      ${differenceView(view)}
    </div>
    <ol class="found">
      ${neighbours.map((found, n) => html`${n === cut ? thresholdLine(threshold) : nothing} ${foundView(found, view, n >= cut)}`)}
    </ol>`;
}

function thresholdLine(threshold: number | null): TemplateResult {
  return html`<li class="cut"><span>threshold ${decimal(threshold, 3)}: what follows is too far</span></li>`;
}

function foundView(found: FoundImage, view: QueryView, beyond: boolean): TemplateResult {
  const picture = photo(view.photographs[found.id], `Found: ${found.id}`);
  return html`<li class=${beyond ? 'beyond' : ''}>${foundPhoto(found, view.identity, picture)}</li>`;
}

/** Beside a perturbed photograph, what was changed in it. */
function differenceView({ id, perturbed, photographs }: QueryView): TemplateResult | typeof nothing {
  const original = photographs[id];
  if (!perturbed?.uri || !original?.uri) return nothing;
  return html`<photo-difference .original=${original.uri} .perturbed=${perturbed.uri}></photo-difference>`;
}
