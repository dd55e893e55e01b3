import { html, nothing, type TemplateResult } from 'lit';
import type { SearchIndexFacts, SearchOptions } from '../../../server/src/protocol/searching/search-panel.js';
import { choice } from '../parts/choice.js';
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';

const RESULTS = [20, 50, 200, 1000];

const resultsText = (n: number) => `${n} results`;

interface SearchForm {
  readonly text: string;
  /** Part of the names of people whose images alone are shown. */
  readonly person: string;
  readonly options: SearchOptions;
  readonly indices: readonly SearchIndexFacts[];
  /** False until the images are open. */
  readonly ready: boolean;
}

interface FormActions {
  typed(text: string): void;
  named(person: string): void;
  search(): void;
  byFile(): void;
  choose(options: SearchOptions): void;
}

/** What is searched by and how. */
export function searchForm({ text, person, options, indices, ready }: SearchForm, act: FormActions): TemplateResult {
  const names = indices.map(({ name }) => name);
  const index = indices.find(({ name }) => name === options.index);
  const wordless = index?.words === false;
  const taking = indices.filter(({ words }) => words).map(({ name }) => name);
  return html`<div class="filters" role="search" aria-label="Images">
    ${wordless ? nothing : wordsField(text, ready, act)}
    <vscode-button ?secondary=${!wordless} ?disabled=${!ready} @click=${act.byFile}>Search by Image …</vscode-button>
    ${choice('Model', names, options.index, (name) => act.choose({ ...options, index: name }))}
    ${choice('Results', RESULTS.map(resultsText), resultsText(options.results), (chosen) => act.choose({ ...options, results: RESULTS.find((n) => resultsText(n) === chosen) ?? options.results }))}
    <vscode-checkbox
      label="Leave out near-duplicates"
      ?checked=${options.deduplicate}
      ?disabled=${index?.deduplicates === false}
      @change=${({ target }: Event) => act.choose({ ...options, deduplicate: (target as HTMLInputElement).checked })}
    ></vscode-checkbox>
    <vscode-textfield
      class="person"
      .label=${'Show only people named'}
      placeholder="Show only people named …"
      .value=${person}
      @input=${({ target }: InputEvent) => act.named((target as HTMLInputElement).value)}
    ></vscode-textfield>
  </div>
  ${wordless && taking.length > 0 ? html`<p class="quiet">${index.name} takes images alone; ${taking.join(' and ')} ${taking.length === 1 ? 'takes' : 'take'} words.</p>` : nothing}`;
}

function wordsField(text: string, ready: boolean, act: FormActions): TemplateResult {
  return html`<vscode-textfield
      class="words"
      .label=${'Words to search by'}
      placeholder="a person with glasses"
      .value=${text}
      @input=${({ target }: InputEvent) => act.typed((target as HTMLInputElement).value)}
      @keydown=${({ key }: KeyboardEvent) => key === 'Enter' && act.search()}
    ></vscode-textfield>
    <vscode-button ?disabled=${!ready} @click=${act.search}>Search</vscode-button>`;
}
