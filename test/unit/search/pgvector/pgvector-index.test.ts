import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { IndexBuilder, Matrix, Metric, SearchIndex } from '../../../../server/src/plugins/declare.js';
import { pgvector } from '../../../../server/src/plugins/indexes/pgvector.js';
import { inMemory } from '../../../../server/src/plugins/matrix.js';
import { type Result, sentences } from '../../../../server/src/protocol/errors.js';
import { recallAgainst } from '../../../../server/src/runner/figures/recall.js';
import type { DatabaseServer } from '../../../support/databases/database-server.js';
import { startPglite } from '../../../support/databases/pglite.js';
import { HAS_POSTGRES, PostgresServer } from '../../../support/databases/postgres.js';
import { plainSearch } from '../../../support/plain-search.js';
import { randomVectors } from '../../../support/random-vectors.js';
import { temporaryFolder } from '../../../support/run-folder.js';
import { inBlocks } from '../../../support/vector-source.js';

const VARIABLE = 'LOOKALIKE_TEST_DATABASE_URL';
const work = { signal: new AbortController().signal, progress: () => undefined };

/** Any that a user has, one of this machine's own where PyPI's is fetched, and one that is always there. */
const SERVERS: Readonly<Record<string, () => Promise<DatabaseServer> | undefined>> = {
  PGlite: startPglite,
  'PostgreSQL (skipped without npm run fetch:python)': () => (HAS_POSTGRES ? PostgresServer.start() : undefined),
  [`${VARIABLE} (skipped where it is not set)`]: () => {
    const url = process.env[VARIABLE];
    return url ? Promise.resolve({ url, stop: async () => undefined }) : undefined;
  },
};

function succeeded<T>(result: Result<T>): T {
  assert.ok(result.ok, result.ok ? '' : sentences(result.problem));
  return result.value;
}

describe('index pgvector', function () {
  this.timeout(120_000);
  for (const [name, start] of Object.entries(SERVERS)) {
    describe(`in ${name}`, () => {
      const folder = temporaryFolder();
      let server: DatabaseServer | undefined;

      before(async function () {
        server = await start();
        if (!server) this.skip();
        process.env.PGVECTOR_TEST = server.url;
      });
      after(() => server?.stop());

      async function engineOf(params: Record<string, unknown> = {}): Promise<IndexBuilder> {
        // biome-ignore lint/suspicious/noTemplateCurlyInString: as a file writes it
        const parsed = pgvector.params.parse({ url: '${env:PGVECTOR_TEST}', ...params });
        const loaded = await pgvector.load(parsed, { folder: join(folder(), 'plugin'), threads: 2 });
        return succeeded(loaded);
      }

      let built = 0;
      async function openOver(vectors: Matrix, params?: Record<string, unknown>): Promise<SearchIndex> {
        const engine = await engineOf(params);
        const at = join(folder(), 'indexes', `key-${built++}`);
        succeeded(await engine.build(inBlocks(vectors, [700, 300, 1]), at, work));
        return succeeded(await engine.open(inMemory(vectors), at));
      }

      for (const metric of ['l2', 'ip'] as Metric[]) {
        it(`finds by ${metric} exactly what plain search in double precision finds`, async () => {
          const gallery = randomVectors(2000, 24, 1);
          const queries = randomVectors(50, 24, 2);
          const index = await openOver(gallery, { metric });
          const orders = new Float64Array(50 * 7);
          const found = await index.search(inBlocks(queries, [33, 20]), { ...work, k: 7, orders });
          assert.deepEqual(found, plainSearch(gallery, queries, metric, 7));
          assert.deepEqual(
            Float32Array.from(orders, (order) => (metric === 'l2' ? order : -order)),
            found.distances,
          );
          await index.close();
        });
      }

      it('takes the lower rows of more copies than it asks for at once, and of vectors that float32 cannot tell apart', async () => {
        const dimension = 8;
        const data = new Float32Array(300 * dimension).fill(1000);
        // Three hundred rows: copies, and rows that differ in the last digit of one number, in no order.
        for (let row = 0; row < 300; row++)
          if (row % 3 === 1) data[row * dimension + 2] = 1000 + ((row * 7) % 5) * 2 ** -13;
        const gallery = { data, rows: 300, dimension };
        const queries = { data: new Float32Array(2 * dimension).fill(1000.5), rows: 2, dimension };
        const exclude = Int32Array.of(-1, 0);
        const index = await openOver(gallery);
        const found = await index.search(inMemory(queries), { ...work, k: 9, exclude });
        assert.deepEqual(found, plainSearch(gallery, queries, 'l2', 9, exclude));
        await index.close();
      });

      it('finds more with more effort, with true distances', async () => {
        const gallery = randomVectors(3000, 32, 3);
        const queries = randomVectors(64, 32, 4);
        const exact = plainSearch(gallery, queries, 'l2', 10);
        const recall: number[] = [];
        for (const effort of [10, 400]) {
          const index = await openOver(gallery, { effort, m: 6, efConstruction: 16 });
          const found = await index.search(inMemory(queries), { ...work, k: 10 });
          recall.push(recallAgainst(exact, found));
          const all = plainSearch(gallery, queries, 'l2', gallery.rows);
          for (const [at, row] of found.ids.entries()) {
            if (row < 0) continue;
            const first = Math.floor(at / 10) * gallery.rows;
            assert.equal(found.distances[at], all.distances[all.ids.indexOf(row, first)]);
          }
          await index.close();
        }
        assert.ok(recall[1]! > recall[0]! && recall[1]! > 0.9, `recall is ${recall}`);
      });

      it('gives as many as are asked for, also where that is more than a graph finds', async () => {
        const gallery = randomVectors(1500, 8, 7);
        const query = randomVectors(1, 8, 8);
        const index = await openOver(gallery, { effort: 10 });
        for (const k of [5, 60, 1200]) {
          const { ids } = await index.search(inMemory(query), { ...work, k });
          assert.equal(new Set(ids).size, k);
          assert.ok(!ids.includes(-1));
        }
        await index.close();
      });

      it('takes a set without vectors, and asks for more than there are', async () => {
        const none = await openOver({ data: new Float32Array(0), rows: 0, dimension: 4 });
        const query = randomVectors(1, 4, 5);
        assert.deepEqual([...(await none.search(inMemory(query), { ...work, k: 2 })).ids], [-1, -1]);
        await none.close();
        const three = await openOver(randomVectors(3, 4, 6));
        assert.equal((await three.search(inMemory(query), { ...work, k: 5 })).ids.indexOf(-1), 3);
        await three.close();
      });
    });
  }
});
