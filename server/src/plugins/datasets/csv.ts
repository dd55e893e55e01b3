import { z } from 'zod';
import { ok } from '../../protocol/errors.js';
import { definePlugin } from '../declare.js';
import { filePath } from '../params.js';

/** More than a header takes. */
const START = 64 * 1024;
/** A table may have hundreds of columns. */
const MOST_SHOWN = 12;

export const csv = definePlugin({
  family: 'dataset',
  name: 'csv',
  version: 1,
  title: 'A table of image paths and identities',
  docs: 'A table with a header and one image a row. Paths are absolute or relative to the table.',
  params: z.object({
    file: filePath('The table.'),
    image: z.string().min(1).default('image').meta({ description: 'The column of paths.' }),
    identity: z
      .string()
      .min(1)
      .default('identity')
      .meta({ description: 'The column of identities; an empty one is none.' }),
    delimiter: z.string().length(1).default(',').meta({ description: 'What separates the columns.' }),
  }),
  example: '{use: csv, file: faces.csv, image: path, identity: person}',
  newFile: (_, { image, identity, delimiter }) => `${[image, identity].join(delimiter)}\n`,
  async inspect({ file, image, identity, delimiter }, files) {
    const { columnsOf } = await import('../../compute/datasets/csv-columns.js');
    const columns = columnsOf((await files.readStart(file, START)) ?? '', delimiter);
    const absent = Object.entries({ image, identity }).filter(([, column]) => !columns.includes(column));
    if (columns.length === 0) return [];
    return absent.map(([key, column]) => ({
      code: 'files-unfit',
      message: `${file} has no column "${column}"`,
      specPath: [key],
      hint: `It has ${columns.slice(0, MOST_SHOWN).join(', ')}: name one with \`${key}:\`.`,
      valid: columns,
    }));
  },
  async load(params) {
    const { CsvDataset } = await import('../../compute/datasets/csv.js');
    return ok(new CsvDataset(params));
  },
});
