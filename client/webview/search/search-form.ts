import { html, type TemplateResult } from 'lit';
import type { SearchIndexFacts, SearchOptions } from '../../../server/src/protocol/searching/search-panel.js';
import { choice } from '../parts/choice.js';
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';

const RESULTS = ['20', '50', '200', '1000'];

interface SearchForm {
  readonly text: string;
  readonly options: SearchOptions;
  readonly indices: readonly SearchIndexFacts[];
  /** False until the images are open. */
  readonly ready: boolean;
}

interface FormActions {
  typed(text: string): void;
  search(): void;
  byFile(): void;
  choose(options: SearchOptions): void;
}

/** What is searched by and how. */
export function searchForm({ text, options, indices, ready }: SearchForm, act: FormActions): TemplateResult {
  const names = indices.map(({ name }) => name);
  const index = indices.find(({ name }) => name === options.index);
  const wordless = index?.words === false;
  return html`<div class="filters" role="search" aria-label="Images">
    <vscode-textfield
      class="words"
      .label=${'Words to search by'}
      placeholder=${wordless ? `${index.name} takes images alone` : 'a person with glasses'}
      ?disabled=${wordless}
      .value=${wordless ? '' : text}
      @input=${({ target }: InputEvent) => act.typed((target as HTMLInputElement).value)}
      @keydown=${({ key }: KeyboardEvent) => key === 'Enter' && act.search()}
    ></vscode-textfield>
    <vscode-button ?disabled=${!ready || wordless} @click=${act.search}>Search</vscode-button>
    <vscode-button ?secondary=${!wordless} ?disabled=${!ready} @click=${act.byFile}>Search by Image …</vscode-button>
    ${choice('Model', names, options.index, (name) => act.choose({ ...options, index: name }))}
    ${choice('Results', RESULTS, String(options.results), (n) => act.choose({ ...options, results: Number(n) }))}
    <vscode-checkbox
      label="Leave out near-duplicates"
      ?checked=${options.deduplicate}
      ?disabled=${index?.deduplicates === false}
      @change=${({ target }: Event) => act.choose({ ...options, deduplicate: (target as HTMLInputElement).checked })}
    ></vscode-checkbox>
  </div>`;
}
