import { RESULTS_PANEL } from '../names.js';
import { OpenPanels } from './open-panels.js';
import type { PanelServices } from './results-panel.js';

/** Asked for by folders: the first one's run, with the others beside it. */
export type ResultsPanels = OpenPanels<readonly string[]>;

/** The panels of results, one for each set of runs. What fills a panel is loaded when there is one. */
export function resultsPanels(services: PanelServices): ResultsPanels {
  return new OpenPanels({
    extension: services.extension,
    viewType: RESULTS_PANEL,
    title: 'Results',
    keyOf: (folders) => JSON.stringify(folders),
    restored: async (kept) => (await import('./results-panel.js')).foldersKept(kept),
    fill: async (panel, folders) => (await import('./results-panel.js')).fillPanel(panel, folders, services),
  });
}
