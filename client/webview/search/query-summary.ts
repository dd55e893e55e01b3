import { html, nothing, type TemplateResult } from 'lit';
import type { Search, SearchView } from '../../../server/src/protocol/searching/search-panel.js';
import '@vscode-elements/elements/dist/vscode-button/index.js';
import { count, counted, decimal, duration } from '../../../server/src/protocol/figure-text.js';

/** What was searched by, and what came of it in a sentence; `view` is what is shown of all that was `found`. */
export function querySummary(view: SearchView, found: SearchView, save: () => void): TemplateResult {
  const { picture, search, identity } = view;
  return html`<div class="asked">
    ${picture ? html`<img src=${picture} alt="What is searched by" />` : nothing}
    <div>
      <h2><bdi>${queryText(search)}</bdi></h2>
      ${identity === null ? nothing : html`<p><bdi>${identity}</bdi></p>`}
      ${view.doubt === null ? nothing : html`<p class="doubt" role="note">${view.doubt}</p>`}
      <p class="quiet" role="status">${view === found ? nothing : shown(view, found)}${outcome(found)}</p>
    </div>
    <vscode-button secondary ?disabled=${view.hits.length === 0} @click=${save}>Save as Subset …</vscode-button>
  </div>`;
}

export function queryText({ query }: Search): string {
  if (query.by === 'words') return `“${query.text}”`;
  return query.by === 'result' ? query.id : (query.file.split(/[\\/]/).at(-1) ?? query.file);
}

function shown({ hits }: SearchView, found: SearchView): string {
  return `Shown are the ${count(hits.length)} of ${counted(found.hits.length, 'result')} that are of people named so; more may be farther away. `;
}

function outcome({ search, hits, copies, threshold, seconds }: SearchView): string {
  const within = threshold && hits.filter(({ similarity }) => similarity >= threshold.similarity).length;
  const cut = threshold ? `, ${count(within)} within the threshold ${decimal(threshold.similarity, 3)}` : '';
  const fewer = search.deduplicate && hits.length < search.results ? ', without near-duplicates' : '';
  const own =
    copies > 1 ? `, without ${copies} copies of the photograph` : copies === 1 ? ', without the photograph itself' : '';
  return `${counted(hits.length, 'result')} of ${search.index}${cut}${own}${fewer}, in ${duration(seconds)}. Similarity is the cosine of two embeddings, 1 at the most; Results show distances, which are another scale.`;
}
