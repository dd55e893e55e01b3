import type { Command } from './command.js';
import { experimentOf, experimentOfWorkspace } from './targets.js';

/** Opens a panel that searches the images of an experiment: a run's, the active editor's, else one of the workspace. */
export const searchImages: Command = {
  id: 'lookalike.searchImages',
  async run({ searches }, argument) {
    const uri = experimentOf(argument) ?? (await experimentOfWorkspace('Experiment whose images to search'));
    if (uri) searches.show({ uri: uri.toString(), open: true });
  },
};
