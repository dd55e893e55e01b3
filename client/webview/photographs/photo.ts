import { html, type TemplateResult } from 'lit';
import type { KnownFace, ShownFaces } from '../../../server/src/protocol/images/found-face.js';
import type { Photograph } from '../../../server/src/protocol/webview.js';
import type { Slide } from './lightbox/slide.js';
import '@vscode-elements/elements/dist/vscode-button/index.js';
import './face-photo.js';

/** What is known of a photograph beside its address. */
export interface AboutPhoto {
  readonly alt: string;
  readonly face?: KnownFace;
  /** The model that looked for the face. */
  readonly by?: string | null;
  /** Of a perturbed photograph, what it was before. */
  readonly original?: Slide['original'];
  readonly note?: string;
  /** Within a control of its own, which says what a click does. */
  readonly plain?: boolean;
}

/** A photograph of the disk, or why it is not shown. */
export function photo(place: Photograph | null | undefined, about: AboutPhoto): TemplateResult {
  if (!place) return html`<div class="no-photo" title=${about.alt}>gone</div>`;
  if (place.uri === null) return html`<div class="no-photo" title=${about.alt}>not shown</div>`;
  return facePhoto(place.uri, about);
}

export function facePhoto(src: string, { face, by = null, plain = false, ...about }: AboutPhoto): TemplateResult {
  const slide: Slide = { src, face, by, ...about };
  return html`<face-photo .slide=${slide} ?plain=${plain}></face-photo>`;
}

/** What is known of the face in the photograph with this id. */
export function faceIn(faces: ShownFaces | null, id: string): Pick<AboutPhoto, 'face' | 'by'> {
  return faces && Object.hasOwn(faces.of, id) ? { face: faces.of[id], by: faces.by } : {};
}

/** Photographs elsewhere than in the workspace are shown when the user says so. */
export function hiddenNote(folder: string, show: () => void): TemplateResult {
  return html`<div class="notice">
    <p>Photographs outside of the workspace are not shown unasked. These are in <code>${folder}</code>.</p>
    <vscode-button @click=${show}>Show Them</vscode-button>
  </div>`;
}
