import { SEARCH_PANEL } from '../names.js';
import { OpenPanels } from './open-panels.js';
import type { SearchAsked, SearchPanelServices } from './search-panel.js';

export type SearchPanels = OpenPanels<SearchAsked>;

/** The panels that search images, one for each experiment. What fills a panel is loaded when there is one. */
export function searchPanels(services: SearchPanelServices): SearchPanels {
  return new OpenPanels({
    extension: services.extension,
    viewType: SEARCH_PANEL,
    title: 'Search',
    keyOf: ({ uri }) => uri,
    restored: async (kept) => (await import('./search-panel.js')).experimentKept(kept),
    fill: async (panel, asked) => (await import('./search-panel.js')).fillSearchPanel(panel, asked, services),
  });
}
