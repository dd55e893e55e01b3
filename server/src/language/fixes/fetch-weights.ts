import { isDeepStrictEqual } from 'node:util';
import { pluginOf, usesOf } from '../../experiment/plugin-uses.js';
import { serverCommands } from '../../protocol/lsp.js';
import type { FixMaker } from './fix.js';

/** Fetches a model's weights, where they are published: a download, so that it is never made unasked. */
export const fetchWeights: FixMaker = {
  codes: ['weights-missing'],
  create({ experiment }, { path }, { plugins }) {
    const placed = usesOf(experiment.draft, plugins).find(({ at }) => isDeepStrictEqual(at, path));
    const plugin = placed && pluginOf(placed, plugins);
    const { precision, path: own } = placed?.use.params ?? {};
    if (!plugin?.published || own !== undefined) return [];
    const title = `Fetch the weights of ${plugin.name} (${precision}) from ${plugin.published.repository}`;
    const { command } = serverCommands.fetchModel;
    return [{ title, command: { title, command, arguments: [{ model: plugin.name, precision }] }, preferred: true }];
  },
};
