import type { Command } from './command.js';

/** Stops the language server, where it runs, and starts it. */
export const restartServer: Command = { id: 'lookalike.restartServer', run: ({ server }) => server.restart() };
