import { html, type TemplateResult } from 'lit';
import type { Photograph } from '../../../server/src/protocol/webview.js';
import '@vscode-elements/elements/dist/vscode-button/index.js';

/** A photograph of the disk, or why it is not shown. */
export function photo(place: Photograph | null | undefined, alt: string): TemplateResult {
  if (!place) return html`<div class="no-photo" title=${alt}>gone</div>`;
  if (place.uri === null) return html`<div class="no-photo" title=${alt}>not shown</div>`;
  return html`<img src=${place.uri} alt=${alt} title=${alt} loading="lazy" />`;
}

/** Photographs elsewhere than in the workspace are shown when the user says so. */
export function hiddenNote(folder: string, show: () => void): TemplateResult {
  return html`<div class="notice">
    <p>Photographs outside of the workspace are not shown unasked. These are in <code>${folder}</code>.</p>
    <vscode-button @click=${show}>Show Them</vscode-button>
  </div>`;
}
