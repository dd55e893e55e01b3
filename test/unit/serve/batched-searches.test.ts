import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { FlatIndex } from '../../../server/src/compute/search/flat-index.js';
import type { Matrix, SearchIndex, VectorSource } from '../../../server/src/plugins/declare.js';
import { inMemory, wholeOf } from '../../../server/src/plugins/matrix.js';
import { normalised } from '../../../server/src/search/normalised.js';
import { QueryEncoder } from '../../../server/src/search/query-encoder.js';
import { SearchBatches } from '../../../server/src/search/search-batches.js';
import { SearchTimes } from '../../../server/src/search/search-times.js';
import { ServedIndex } from '../../../server/src/search/served-index.js';
import { routesOf } from '../../../server/src/serve/routes.js';
import { SearchServer } from '../../../server/src/serve/search-server.js';
import { randomVectors } from '../../support/random-vectors.js';

const ROWS = 3000;
const DIMENSION = 24;
const QUERIES = 40;
/** What a query begins with that the index fails for. */
const FAILS = 7;

const { data } = randomVectors(ROWS, DIMENSION, 1);
const unit = new Float32Array(data.length);
for (let at = 0; at < data.length; at += DIMENSION) unit.set(normalised(data.subarray(at, at + DIMENSION)), at);
const vectors: Matrix = { data: unit, rows: ROWS, dimension: DIMENSION };

/** The exact index, which says how many queries each search has, and fails for some. */
async function openIndex(sizes: number[]): Promise<SearchIndex> {
  const opened = await new FlatIndex('ip', 2).open(inMemory(vectors));
  assert.ok(opened.ok);
  const exact = opened.value;
  return {
    async search(queries: VectorSource, options) {
      sizes.push(queries.rows);
      const whole = await wholeOf(queries);
      for (let n = 0; n < whole.rows; n++) {
        if (whole.data[n * DIMENSION] === FAILS) throw new Error('The index fails for this query');
      }
      return exact.search(queries, options);
    },
    close: () => exact.close(),
  };
}

const queryOf = (n: number) => randomVectors(1, DIMENSION, 100 + n).data;

describe('Searches that wait for each other', () => {
  const sizes: number[] = [];
  let index: SearchIndex;
  before(async () => {
    index = await openIndex(sizes);
  });
  after(() => index.close());
  beforeEach(() => {
    sizes.length = 0;
  });

  const alone = async (query: Float32Array, k: number) => {
    const source = inMemory({ data: query, rows: 1, dimension: DIMENSION });
    const work = { signal: new AbortController().signal, progress: () => undefined };
    return (await index.search(source, { ...work, k })).ids;
  };

  it('are done together where they want as many, those first that have waited longest, and find what each finds alone', async () => {
    const batches = new SearchBatches(index, DIMENSION);
    const ks = Array.from({ length: 70 }, (_, n) => (n % 7 === 3 ? 5 : 2));
    const ended: number[] = [];
    const found = await Promise.all(
      ks.map(async (k, n) => {
        const ids = await batches.nearest(queryOf(n), k);
        ended.push(n);
        return ids;
      }),
    );
    assert.deepEqual(sizes, [60, 10]);
    const inOrder = [2, 5].flatMap((k) => [...ks.keys()].filter((n) => ks[n] === k));
    assert.deepEqual(ended, inOrder);
    for (const [n, k] of ks.entries()) assert.deepEqual(found[n], await alone(queryOf(n), k));
  });

  it('fail for themselves', async () => {
    const batches = new SearchBatches(index, DIMENSION);
    const queries = Array.from({ length: 5 }, (_, n) => queryOf(n));
    queries[2]![0] = FAILS;
    const found = await Promise.allSettled(queries.map((query) => batches.nearest(query, 3)));
    for (const [n, one] of found.entries()) {
      if (one.status === 'rejected') assert.equal(n, 2);
      else assert.deepEqual(one.value, await alone(queries[n]!, 3));
    }
    assert.equal(found[2]?.status, 'rejected');
  });

  it('are finished before the index is closed', async () => {
    const opened = await openIndex([]);
    const batches = new SearchBatches(opened, DIMENSION);
    const searches = [1, 2, 3].map((k) => batches.nearest(queryOf(k), k));
    await batches.close();
    for (const [n, ids] of (await Promise.all(searches)).entries()) assert.equal(ids.length, n + 1);
  });
});

describe('A server that is asked by many at once', () => {
  let server: SearchServer;
  let served: ServedIndex;
  before(async () => {
    const times = new SearchTimes();
    served = new ServedIndex({
      name: 'faces',
      entries: { count: ROWS, of: async (row) => ({ columns: { caption: `row ${row}` } }), close: async () => {} },
      vectors,
      index: await openIndex([]),
      duplicateCosine: 0.7,
      encoder: new QueryEncoder(undefined, undefined, times),
      times,
    });
    const listening = await SearchServer.listen({ host: '127.0.0.1', port: 0 });
    assert.ok(listening.ok);
    server = listening.value;
    server.open(routesOf([served], times));
  });
  after(async () => {
    await server.close();
    await served.close();
  });

  function send(body: unknown): ClientRequest {
    const sent = request(new URL('/knn-service', server.address), { method: 'POST', agent: false });
    sent.end(typeof body === 'string' ? body : JSON.stringify(body));
    return sent;
  }

  async function ask(body: unknown): Promise<{ status: number | undefined; answer: unknown }> {
    const [response] = (await once(send(body), 'response')) as [IncomingMessage];
    const text = Buffer.concat(await response.toArray()).toString();
    return { status: response.statusCode, answer: JSON.parse(text) };
  }

  const generator = xoroshiro128plus(3);
  const drawn = (most: number) => uniformInt(generator, 0, most);
  const bodies = Array.from({ length: QUERIES }, (_, n) => ({
    embedding_input: Array.from(queryOf(n)),
    modality: 'image',
    num_images: 1 + drawn(9),
    num_result_ids: [5, 10, 40, 1 + drawn(200)][drawn(3)],
    deduplicate: drawn(1) === 1,
    indice_name: 'faces',
  }));

  async function answersAlone(): Promise<unknown[]> {
    const answers: unknown[] = [];
    for (const body of bodies) {
      const { status, answer } = await ask(body);
      assert.equal(status, 200);
      answers.push(answer);
    }
    return answers;
  }

  it('answers each as it answers it alone, whatever others send or how they leave', async () => {
    const alone = await answersAlone();
    const [first] = bodies;
    const faulty = [
      '{',
      { ...first, embedding_input: [1, 2] },
      { ...first, embedding_input: Array(DIMENSION).fill(0) },
      { ...first, embedding_input: [...Array(DIMENSION - 1).fill(1), null] },
      { ...first, indice_name: 'others' },
      { ...first, num_result_ids: 0 },
    ];
    const others = Promise.all(
      bodies.map(async (_, n) => {
        const leaves = send(bodies[(7 * n) % QUERIES]);
        leaves.on('error', () => undefined);
        await once(leaves, 'finish');
        leaves.destroy();
        return ask(faulty[n % faulty.length]);
      }),
    );
    const together = await Promise.all(bodies.map(ask));
    for (const [n, { status, answer }] of together.entries()) {
      assert.equal(status, 200);
      assert.deepEqual(answer, alone[n]);
    }
    const statuses = (await others).map(({ status }) => status);
    assert.deepEqual(
      statuses,
      bodies.map((_, n) => (n % faulty.length === 4 ? 404 : 400)),
    );
    assert.deepEqual(await answersAlone(), alone);
  });
});
