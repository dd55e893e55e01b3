import * as z from 'zod';
import { ok } from '../../protocol/errors.js';
import { definePlugin } from '../declare.js';
import { filePath } from '../params.js';

export const csv = definePlugin({
  family: 'dataset',
  name: 'csv',
  version: 1,
  title: 'A table of image paths and identities',
  docs: `A table with a header and one image a row, in UTF-8 or UTF-16. Paths are absolute or relative to the table; images that
are not there are counted as missing.`,
  params: z.object({
    file: filePath('The table.'),
    image: z.string().min(1).default('image').meta({ description: 'The column of paths.', columnOf: 'file' }),
    identity: z.string().min(1).default('identity').meta({
      columnOf: 'file',
      description:
        'The column of identities; an empty one is none. Or a pattern over the path, as of `folder`: `{folder[-1]}`, `{name[0]}`.',
    }),
    identities: z.enum(['column', 'none']).default('column').meta({
      description: '`none`: no column says whose an image is, as of a gallery; then there is no precision.',
    }),
    delimiter: z
      .string()
      .regex(/^(.|tab|\\t)$/u, 'it must be one character, or `tab`')
      .default(',')
      .meta({ description: 'What separates the columns: a character, or `tab`.', examples: [';', 'tab'] }),
  }),
  example: '{use: csv, file: faces.csv, image: path, identity: person}',
  newFile: (_, { image, identity, delimiter }) => `${[image, identity].join(delimiter === 'tab' ? '\t' : delimiter)}\n`,
  async inspect(params, files) {
    const { inspectCsv } = await import('../../compute/datasets/inspect-csv.js');
    return inspectCsv(params, files);
  },
  async load(params) {
    const { CsvDataset } = await import('../../compute/datasets/csv.js');
    return ok(new CsvDataset(params));
  },
});
