import type { Command } from './command.js';
import { runOf } from './targets.js';

/** Opens the panel of a run, finished or going on. */
export const showResults: Command = {
  id: 'lookalike.showResults',
  async run(services, argument) {
    const run = await runOf(services, argument, 'Results of which run?');
    if (run) services.panels.show([run.folder]);
  },
};
