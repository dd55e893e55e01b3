import { html, nothing, type TemplateResult } from 'lit';

/** A part of the page with a heading and an entry in the page's contents. */
export interface Section {
  /** Its anchor. */
  readonly id: string;
  readonly title: string;
  /** What the figures say, in a sentence or two. */
  readonly lead?: string;
  readonly body: TemplateResult;
}

export function sectionView({ id, title, lead, body }: Section): TemplateResult {
  return html`<section id=${id} aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${lead ? html`<p class="lead">${lead}</p>` : nothing} ${body}
  </section>`;
}

/** What stands where there is nothing to show: why, and the lines that would change it. */
export function emptyState(why: string, whatToDo?: string, yaml?: string): TemplateResult {
  return html`<div class="empty">
    <p>${why}</p>
    ${whatToDo ? html`<p>${whatToDo}</p>` : nothing} ${yaml ? html`<pre><code>${yaml}</code></pre>` : nothing}
  </div>`;
}
