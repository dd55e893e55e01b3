import { html, type TemplateResult } from 'lit';
import type { SavedFile } from '../../../server/src/protocol/webview.js';

/** Asks whoever hosts the page to keep a file for the user; it bubbles up to the document. */
export class SaveFileEvent extends Event {
  static readonly type = 'save-file';

  constructor(readonly file: SavedFile) {
    super(SaveFileEvent.type, { bubbles: true });
  }
}

/** A format's name, and what makes the file when it is asked for. */
export type SaveAs = readonly [format: string, make: () => SavedFile | Promise<SavedFile>];

/** Quiet buttons that save something in several formats; `what` tells a screen reader which thing. */
export function saveButtons(what: string, formats: readonly SaveAs[]): TemplateResult {
  return html`<div class="tools">${formats.map((format) => saveButton(what, format))}</div>`;
}

function saveButton(what: string, [format, make]: SaveAs): TemplateResult {
  const save = async ({ currentTarget }: Event) => {
    const file = await make();
    currentTarget?.dispatchEvent(new SaveFileEvent(file));
  };
  return html`<button type="button" class="save" aria-label="Save ${what} as ${format}" @click=${save}>
    <span aria-hidden="true">↓</span> ${format}
  </button>`;
}
