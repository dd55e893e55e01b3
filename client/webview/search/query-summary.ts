import { html, nothing, type TemplateResult } from 'lit';
import type { Search, SearchView } from '../../../server/src/protocol/searching/search-panel.js';
import '@vscode-elements/elements/dist/vscode-button/index.js';
import { count, counted, decimal, duration } from '../../../server/src/protocol/figure-text.js';

/** What was searched by, and what came of it in a sentence. */
export function querySummary(view: SearchView, save: () => void): TemplateResult {
  const { picture, search, identity } = view;
  return html`<div class="asked">
    ${picture ? html`<img src=${picture} alt="What is searched by" />` : nothing}
    <div>
      <h2><bdi>${queryText(search)}</bdi></h2>
      ${identity === null ? nothing : html`<p><bdi>${identity}</bdi></p>`}
      ${view.doubt === null ? nothing : html`<p class="doubt" role="note">${view.doubt}</p>`}
      <p class="quiet" role="status">${outcome(view)}</p>
    </div>
    <vscode-button secondary ?disabled=${view.hits.length === 0} @click=${save}>Save as Subset …</vscode-button>
  </div>`;
}

export function queryText({ query }: Search): string {
  if (query.by === 'words') return `“${query.text}”`;
  return query.by === 'result' ? query.id : (query.file.split(/[\\/]/).at(-1) ?? query.file);
}

function outcome({ search, hits, copies, threshold, seconds }: SearchView): string {
  const within = threshold && hits.filter(({ similarity }) => similarity >= threshold.similarity).length;
  const cut = threshold ? `, ${count(within)} within the threshold ${decimal(threshold.similarity, 3)}` : '';
  const fewer = search.deduplicate && hits.length < search.results ? ', without near-duplicates' : '';
  const own =
    copies > 1 ? `, without ${copies} copies of the photograph` : copies === 1 ? ', without the photograph itself' : '';
  return `${counted(hits.length, 'result')} of ${search.index}${cut}${own}${fewer}, in ${duration(seconds)}. Similarity is the cosine of two embeddings, 1 at the most; Results show distances, which are another scale.`;
}
