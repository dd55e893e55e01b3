import type { Command } from './command.js';

/** Reads the list of runs anew. */
export const refreshRuns: Command = { id: 'lookalike.refreshRuns', run: ({ runs }) => runs.refresh() };
