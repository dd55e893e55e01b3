import type { Command } from './command.js';

/** Shows what the extension and its server have to say. */
export const showLog: Command = { id: 'lookalike.showLog', run: ({ log }) => log.show() };
