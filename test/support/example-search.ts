import type { Search, SearchState, SearchView } from '../../server/src/protocol/searching/search-panel.js';

/** A made-up experiment whose images are open, with a model that takes words and one that takes none. */
export function exampleSearchState(changes: Partial<SearchState> = {}): SearchState {
  return {
    uri: 'file:///home/ana/portraits.experiment.yaml',
    name: 'Portraits of nobody',
    status: 'ready',
    progress: null,
    indices: [
      { name: 'face-recognition', images: 2040, dimension: 128, words: false, deduplicates: true },
      { name: 'clip', images: 2040, dimension: 512, words: true, deduplicates: true },
    ],
    choices: [],
    warnings: [],
    problem: null,
    ...changes,
  };
}

/** What a search finds: five images a person, ever less similar; the threshold lets `within` of them through. */
export function exampleSearchView(search: Search, picture: string, within: number | null): SearchView {
  const similarityAt = (n: number) => 1 - n / (search.results + 1);
  const hits = Array.from({ length: search.results }, (_, n) => ({
    id: `person-${String(Math.floor(n / 5)).padStart(3, '0')}/${n % 5}.png`,
    identity: `person-${String(Math.floor(n / 5)).padStart(3, '0')}`,
    similarity: similarityAt(n),
    photograph: n === 2 ? null : { uri: picture },
  }));
  const threshold = within === null ? null : ({ similarity: similarityAt(within - 0.5), of: 'query' } as const);
  const [{ identity }] = hits;
  const byImage = search.query.by !== 'words';
  return {
    ...{ search, hits, copies: byImage ? 1 : 0, threshold, seconds: 0.012, doubt: null, hiddenIn: null },
    ...{ picture: byImage ? picture : null, identity: byImage ? identity : null },
  };
}
