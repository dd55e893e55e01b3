import { megabytes } from '../../protocol/figure-text.js';
import { serverCommands } from '../../protocol/lsp.js';
import type { FixMaker } from './fix.js';

/** Fetches a model's weights, where they are published: a download, so that it is never made unasked. */
export const fetchWeights: FixMaker = {
  codes: ['weights-missing'],
  create(_, { remedy }, { plugins }) {
    if (!remedy || !('fetch' in remedy)) return [];
    const { model, precision } = remedy.fetch;
    const published = plugins.find(({ family, name }) => family === 'model' && name === model)?.published;
    if (!published) return [];
    const size = published.imageMegabytes?.[precision ?? Object.keys(published.precisions)[0] ?? ''];
    const cost = size === undefined ? 'a large download' : `${megabytes(size)} for images, and its text encoder`;
    const title = `Fetch the weights of ${model} (${precision}) from ${published.repository}: ${cost}`;
    const { command } = serverCommands.fetchModel;
    return [{ title, command: { title, command, arguments: [remedy.fetch] }, preferred: true }];
  },
};
