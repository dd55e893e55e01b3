import { RUNS_PANEL } from '../names.js';
import { OpenPanels } from './open-panels.js';
import type { RunsPanelServices } from './runs-panel.js';

/** There is one table, of all runs. */
export type RunsPanels = OpenPanels<Record<string, never>>;

/** The panel with the table of runs. What fills it is loaded when there is one. */
export function runsPanels(services: RunsPanelServices): RunsPanels {
  return new OpenPanels({
    extension: services.extension,
    viewType: RUNS_PANEL,
    title: 'Runs',
    keyOf: () => '',
    restored: async () => ({}),
    fill: async (panel) => (await import('./runs-panel.js')).fillRunsPanel(panel, services),
  });
}
