import type { Command } from './command.js';
import { experimentOf } from './targets.js';

/** Opens a panel that searches the images of an experiment: a run's, or the one in the active editor. */
export const searchImages: Command = {
  id: 'lookalike.searchImages',
  run({ searches }, argument) {
    const uri = experimentOf(argument);
    if (uri) searches.show({ uri: uri.toString(), open: true });
  },
};
