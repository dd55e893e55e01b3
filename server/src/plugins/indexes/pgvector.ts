import * as z from 'zod';
import { ok } from '../../protocol/errors.js';
import { definePlugin } from '../declare.js';
import { readDatabaseAddress } from '../inspection/database-address.js';

export const pgvector = definePlugin({
  family: 'index',
  name: 'pgvector',
  version: 1,
  title: 'PostgreSQL with pgvector holds the embeddings and finds neighbours',
  docs: `Embeddings lie in a database of yours, in a schema \`lookalike\` of our own, and PostgreSQL with
[pgvector](https://github.com/pgvector/pgvector) 0.5 or newer finds the neighbours: of an index that is too large for memory too.
Each index is loaded once, and goes on where it was after a run that was killed. Distances and their order are computed
again in double precision: with \`exact\` the neighbours are those of \`flat\`, proved for every query; with \`effort\` a graph
(HNSW) finds most of them, and its recall stands in the results. Embeddings of faces leave this process: a database that is
not on this machine needs your yes, \`--allow remote\`. \`lookalike purge\` drops what is there of a folder's experiments.`,
  params: z
    .object({
      url: z
        .string()
        .min(1)
        .meta({
          description:
            // biome-ignore lint/suspicious/noTemplateCurlyInString: as a file writes it
            'The database’s address. A password does not belong into the file: `${env:NAME}` is replaced when the database is spoken to, and is kept nowhere.',
          // biome-ignore lint/suspicious/noTemplateCurlyInString: as a file writes it
          examples: ['${env:DATABASE_URL}'],
        }),
      metric: z
        .enum(['l2', 'ip'])
        .default('l2')
        .meta({ description: 'Squared Euclidean distance, or inner product (for normalised vectors the cosine).' }),
      exact: z
        .boolean()
        .optional()
        .meta({ description: 'Every vector is compared with every query. Default: where there is no `effort`.' }),
      effort: z.int().min(1).max(1000).optional().meta({
        description: 'Searches a graph, and looks at so many candidates (pgvector’s `ef_search`): the dial of recall.',
      }),
      m: z.int().min(2).max(100).default(16).meta({ description: 'With `effort`: links of a vector in the graph.' }),
      efConstruction: z
        .int()
        .min(4)
        .max(1000)
        .default(200)
        .meta({ description: 'With `effort`: candidates looked at when a vector is added.' }),
    })
    .refine(({ exact, effort }) => exact !== true || effort === undefined, {
      message: 'An exact search has no `effort`: leave one of the two out',
      path: ['effort'],
    })
    .refine(({ m, efConstruction }) => efConstruction >= 2 * m, {
      message: 'pgvector takes no less than twice `m`',
      path: ['efConstruction'],
    }),
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as a file writes it
  example: '{use: pgvector, url: "${env:DATABASE_URL}"}',
  describe: ({ metric }) => ({ metric }),
  async inspect({ url }) {
    const address = readDatabaseAddress(url, process.env);
    return address.ok ? [] : [{ ...address.problem, specPath: ['url'] }];
  },
  permission({ url }) {
    const address = readDatabaseAddress(url, process.env);
    return address.ok && address.value.local ? undefined : 'remote';
  },
  async load({ url, metric, exact, effort, m, efConstruction }, { folder, threads }) {
    const address = readDatabaseAddress(url, process.env);
    if (!address.ok) return address;
    const { PgvectorIndex } = await import('../../compute/search/engines/pgvector/pgvector-index.js');
    const graph =
      exact || (exact === undefined && effort === undefined) ? undefined : { effort: effort ?? 200, m, efConstruction };
    return ok(new PgvectorIndex({ url, address: address.value, metric, graph, folder, connections: threads }));
  },
  async removeElsewhere(folder, options) {
    const { dropKept } = await import('../../compute/search/engines/pgvector/drop-kept.js');
    return dropKept(folder, process.env, options);
  },
});
