import { html, type TemplateResult } from 'lit';

/** A verdict that does not rest on colour: a sign, a word and a colour say the same. */
export function mark(good: boolean, word: string): TemplateResult {
  return html`<span class="mark ${good ? 'good' : 'bad'}"><span aria-hidden="true">${good ? '✓' : '✕'}</span> ${word}</span>`;
}

/** Stands beside every rate whose evaluating model the attack was allowed to look into. */
export function whiteBoxTag(): TemplateResult {
  return html` <span class="tag" title="The evaluating model is also a surrogate of the attack">white-box</span>`;
}
