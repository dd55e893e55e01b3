import type { Command } from './command.js';

/** Opens the table of all runs. */
export const showRuns: Command = {
  id: 'lookalike.showRuns',
  run: ({ tables }) => tables.show({}),
};
