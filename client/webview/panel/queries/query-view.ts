import { html, nothing, type TemplateResult } from 'lit';
import { counted, decimal } from '../../../../server/src/protocol/figure-text.js';
import { UNITS, unitOf } from '../../../../server/src/protocol/results/distance-unit.js';
import type { FoundImage, QueryView, Results } from '../../../../server/src/protocol/webview.js';
import { faceNote } from '../../photographs/face-note.js';
import { foundPhoto } from '../../photographs/found-photo.js';
import { faceIn, hiddenNote, photo } from '../../photographs/photo.js';
import type { AskedQuery, PanelHost } from '../panel-host.js';
import '../../photographs/photo-difference.js';

/** A query as each model and version sees it: its photograph, and what it found, each with its verdict. */
export function queryView({ views, hiddenIn }: AskedQuery, host: PanelHost, results: Results): TemplateResult {
  const [first] = views;
  if (!first) return html`<div class="empty"><p>Nothing is recorded of this query.</p></div>`;
  return html`<section class="query-view" aria-label="Query ${first.id}" aria-live="polite">
    <h3><bdi dir="ltr">${first.id}</bdi></h3>
    <p class="quiet">${whatDecides(views, results)}</p>
    <p class="quiet">${whoseFaces(views)}</p>
    ${hiddenIn === null ? nothing : hiddenNote(hiddenIn, () => host.tell({ type: 'showPhotographs' }))}
    <ul class="queries">
      ${views.map((view) => html`<li data-photographs>${versionView(view, results)}</li>`)}
    </ul>
  </section>`;
}

/** Whose faces are shown, and why a photograph is whole. */
function whoseFaces(views: readonly QueryView[]): string | TemplateResult {
  const finders = [...new Set(views.flatMap(({ faces }) => faces?.by ?? []))];
  if (finders.length === 0)
    return 'No model of this run looks for faces, or where they are was not kept: photographs are shown whole.';
  const unknown = new Set(
    views.flatMap(({ faces, photographs }) =>
      Object.keys(photographs).filter((id) => faceIn(faces, id).face === undefined),
    ),
  );
  const found = `Faces are shown as ${finders.join(' and ')} found them; Enter or a click opens the whole photograph.`;
  if (unknown.size === 0) return found;
  return html`${found} Of ${counted(unknown.size, 'photograph')} where the face is was not kept, mostly since an earlier version embedded it, and it is shown whole: a run with <code class="whole">--no-cache</code> finds faces anew.`;
}

/** Which distance stands below a photograph, and which one its verdict is by: they need not be the same. */
function whatDecides(views: readonly QueryView[], results: Results): string {
  const { threshold } = results;
  const unit = UNITS[threshold?.unit ?? 'squared-l2'];
  const distances = `Results stand in the engine’s order: distances (${unit}) are from the photograph that was searched with, by the model that searched; a service gives its similarity.`;
  const limit = views.find((view) => view.threshold !== null)?.threshold ?? null;
  if (!threshold || limit === null) return `${distances} No result was judged as valid or not.`;
  return `${distances} Valid is what lies within ${decimal(limit, 4)} of the original photograph, by ${threshold.model}, whichever version found it.${eligibleText(views, results)}`;
}

/** Whether the query counts where it is asked who is still found. */
function eligibleText(views: readonly QueryView[], { retrieve, robustness }: Results): string {
  const original = views.find(({ model, version }) => version === 'original' && model === retrieve?.model);
  if (!robustness || !original?.judged) return '';
  const { valid } = original.judged;
  const is = valid >= robustness.minValid ? 'eligible' : 'not eligible, and counts for no version';
  return ` The query is ${is}: its original has ${counted(valid, 'valid result')}, of ${robustness.minValid} that it takes.`;
}

function versionView(view: QueryView, results: Results): TemplateResult {
  const { id, identity, model, version, neighbours, faces } = view;
  const cut = cutOf(view, results);
  return html`<div class="asked">
      <h4><bdi>${version === 'original' ? model : `${model}, ${version}`}</bdi></h4>
      <figure class="photo query">
        ${photo(view.perturbed ?? view.photographs[id], { alt: `Query: ${id}`, ...askedFace(view), original: originalOf(view) })}
        <figcaption>
          <strong>Query</strong><bdi>${identity ?? 'identity unknown'}</bdi>
          ${faceNote(askedFace(view).face, view.perturbed ? faceIn(faces, id).face : undefined)}
        </figcaption>
      </figure>
      ${differenceView(view)}
    </div>
    <div class="results"><p class="answers">${answersText(view)}</p>
    <ol class="found">
      ${neighbours.map((found, n) => html`${n === cut ? thresholdLine(view.threshold) : nothing} ${foundView(found, view, results)}`)}
    </ol></div>`;
}

/** The place at which the threshold cuts what is ordered by the very distance that it is of; null elsewhere. */
function cutOf({ model, version, neighbours, threshold }: QueryView, results: Results): number | null {
  const isJudge = model === results.threshold?.model && unitOf(results, model) !== 'similarity';
  if (version !== 'original' || !isJudge || threshold === null) return null;
  const cut = neighbours.filter(({ valid }) => valid).length;
  return neighbours.slice(0, cut).every(({ valid }) => valid) ? cut : null;
}

function thresholdLine(threshold: number | null): TemplateResult {
  return html`<li class="cut"><span>threshold ${decimal(threshold, 4)}: what follows is too far</span></li>`;
}

function foundView(found: FoundImage, view: QueryView, results: Results): TemplateResult {
  const known = faceIn(view.faces, found.id);
  const picture = photo(view.photographs[found.id], { alt: `Found: ${found.id}`, ...known });
  const more = { unit: unitOf(results, view.model), face: known.face, verdict: judgedText(found, view, results) };
  return html`<li class=${found.valid === false ? 'beyond' : ''}>
    ${foundPhoto(found, view.identity, picture, more)}
  </li>`;
}

/** What the verdict rests on: the verifier's distance beside the threshold, which need not be the engine's. */
function judgedText(
  { judged, valid }: FoundImage,
  { threshold }: QueryView,
  { threshold: applied }: Results,
): string | null {
  if (judged === null || threshold === null || valid === null || !applied) return null;
  return `${applied.model} ${decimal(judged, 4)} ${valid ? '≤' : '>'} ${decimal(threshold, 4)}`;
}

/** Both questions that are asked of a version, in words: they need not have one answer. */
function answersText({ version, correct, neighbours, identity, judged }: QueryView): string {
  const [first] = neighbours;
  if (!first) return 'Nothing was searched for: this version has no embedding.';
  const nearest = first.identity ?? 'somebody unknown';
  const top =
    correct === null
      ? 'Top-1 is not known: an identity is missing.'
      : correct
        ? `Top-1 is right: the engine’s nearest shows ${identity}.`
        : `Top-1 is wrong: the engine’s nearest shows ${nearest}.`;
  if (!judged) return top;
  const found = version === 'original' ? 'found' : 'still found';
  if (judged.valid === 0) return `${top} Not ${found}: none of ${judged.of} results is within the threshold.`;
  const isFound = version === 'original' ? 'Found' : 'Still found';
  return `${top} ${isFound}: ${counted(judged.valid, 'result')} of ${judged.of} within the threshold.`;
}

/** Beside a perturbed photograph, what was changed in it. */
function differenceView(view: QueryView): TemplateResult | typeof nothing {
  const original = originalOf(view);
  if (!original || !view.perturbed?.uri) return nothing;
  const slide = { src: view.perturbed.uri, alt: view.id, by: null, ...askedFace(view), original };
  return html`<photo-difference .slide=${slide}></photo-difference>`;
}

/** Of what was searched with: the perturbed photograph, where there is one. */
function askedFace({ id, faces, perturbed, perturbedFace }: QueryView) {
  return perturbed ? { face: perturbedFace, by: faces?.by ?? null } : faceIn(faces, id);
}

function originalOf({ id, perturbed, photographs, faces }: QueryView) {
  const src = photographs[id]?.uri;
  return perturbed && src ? { src, face: faceIn(faces, id).face } : undefined;
}
