import { html, type TemplateResult } from 'lit';
import type { SavedFile } from '../../../server/src/protocol/webview.js';

/** Asks whoever hosts the page to keep a file for the user; it bubbles up to the document. */
export class SaveFileEvent extends Event {
  static readonly type = 'save-file';

  constructor(readonly file: SavedFile) {
    super(SaveFileEvent.type, { bubbles: true });
  }
}

/** A quiet button that saves what `make` gives when it is pressed; `what` tells a screen reader which of them it is. */
export function saveButton(format: 'CSV' | 'SVG', what: string, make: () => SavedFile): TemplateResult {
  const save = (event: Event) => event.currentTarget?.dispatchEvent(new SaveFileEvent(make()));
  return html`<button type="button" class="save" aria-label="Save ${what} as ${format}" @click=${save}>
    <span aria-hidden="true">↓</span> ${format}
  </button>`;
}
