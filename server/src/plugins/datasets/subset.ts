import * as z from 'zod';
import { ok } from '../../protocol/errors.js';
import { definePlugin } from '../declare.js';
import { filePath } from '../params.js';

export const subset = definePlugin({
  family: 'dataset',
  name: 'subset',
  version: 1,
  title: 'Images that a search found',
  docs: `A JSON file that the search panel saves: \`{"schema": 1, "images": [{"file", "identity", "similarity"}]}\`. Paths are
absolute or relative to the file; \`identity\` may be null, and what else is there is for readers.`,
  params: z.object({ file: filePath('The JSON file.') }),
  example: '{use: subset, file: glasses.subset.json}',
  newFile: () => '{"schema": 1, "images": []}\n',
  async load({ file }) {
    const { SubsetDataset } = await import('../../compute/datasets/subset.js');
    return ok(new SubsetDataset(file));
  },
});
