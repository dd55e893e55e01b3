import { html, nothing, type TemplateResult } from 'lit';
import { type WhiteBox, whiteBoxWords } from '../../../server/src/protocol/figure-text.js';

/** A verdict that does not rest on colour: a sign, a word and a colour say the same. */
export function mark(good: boolean, word: string): TemplateResult {
  return html`<span class="mark ${good ? 'good' : 'bad'}"><span aria-hidden="true">${good ? '✓' : '✕'}</span> ${word}</span>`;
}

/** Stands beside every rate whose evaluating model the attack was allowed to look into, or where that is not known. */
export function whiteBoxTag(whiteBox: WhiteBox | undefined): TemplateResult | typeof nothing {
  if (!whiteBox) return nothing;
  const title =
    whiteBox === 'unknown'
      ? 'It is not known whether the attack was made against the evaluating model'
      : 'The evaluating model has the weights of a surrogate of the attack';
  return html` <span class="tag" title=${title}>${whiteBoxWords(whiteBox)}</span>`;
}
