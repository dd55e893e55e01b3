import { html, type TemplateResult } from 'lit';
import type { ReportData } from '../../../server/src/protocol/webview.js';
import { faceNote } from '../photographs/face-note.js';
import type { Slide } from '../photographs/lightbox/slide.js';
import { facePhoto } from '../photographs/photo.js';
import '../photographs/photo-difference.js';

type Perturbed = ReportData['perturbed'][number];

/** Some photographs before and after, and what is between, for a page that has them. */
export function perturbedPhotographs(perturbed: readonly Perturbed[]): TemplateResult[] {
  return perturbed.map(
    (pair) => html`<section class="perturbed" data-photographs aria-label="${pair.version}: ${pair.id}">
      <h3><bdi>${pair.version}</bdi> <span class="quiet"><bdi>${pair.id}</bdi></span></h3>
      ${beforeAndAfter(slideOf(pair))}
    </section>`,
  );
}

function slideOf({ id, version, original, perturbed, face, perturbedFace, facesBy }: Perturbed): PairSlide {
  const alt = `${id}, perturbed by ${version}`;
  return { src: perturbed, alt, face: perturbedFace, by: facesBy, original: { src: original, face } };
}

export type PairSlide = Slide & Required<Pick<Slide, 'original'>>;

/** A photograph before and after it was perturbed, and how the two differ. */
export function beforeAndAfter(slide: PairSlide): TemplateResult {
  const { src, alt, original, ...about } = slide;
  return html`<div class="photographs">
    <figure class="photo">
      ${facePhoto(original.src, { alt: `${alt}: before`, face: original.face, by: about.by })}
      <figcaption>Original${faceNote(original.face)}</figcaption>
    </figure>
    <figure class="photo">
      ${facePhoto(src, { alt, original, ...about })}
      <figcaption>Perturbed${faceNote(about.face, original.face)}</figcaption>
    </figure>
    <photo-difference .slide=${slide}></photo-difference>
  </div>`;
}
