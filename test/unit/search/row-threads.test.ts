import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { ByteQueries, ByteRows } from '../../../server/src/compute/search/bytes/byte-vectors.js';
import { FewOffers } from '../../../server/src/compute/search/bytes/few-offers.js';
import { RowThreads } from '../../../server/src/compute/search/bytes/row-threads.js';
import { Candidates } from '../../../server/src/compute/search/candidates.js';
import { randomVectors } from '../../support/random-vectors.js';

const LEVELS = 64;

/** Rows and their scores, those above a threshold alone. */
function keptAbove(threshold: number, query: number, { rows, scores, counts, room }: Candidates): string[] {
  const kept: string[] = [];
  for (let at = query * room; at < query * room + counts[query]!; at++) {
    if (scores[at]! > threshold) kept.push(`${rows[at]} ${scores[at]}`);
  }
  return kept.sort();
}

describe('Threads that hold rows each', () => {
  let rows: ByteRows;
  let threads: RowThreads;
  before(() => {
    rows = new ByteRows(randomVectors(70_000, 127, 1), 'l2');
    threads = new RowThreads(rows, 3);
  });
  after(() => threads.close());

  it('are not there for the first search, and then started beside others', async () => {
    assert.equal(threads.isReadyFor(), false);
    while (!threads.isReadyFor()) await setImmediate();
  });

  it('are not started for fewer rows than are worth it, nor on one core', () => {
    const few = new RowThreads(new ByteRows(randomVectors(100, 16, 1), 'l2'), 3);
    const alone = new RowThreads(rows, 1);
    for (let search = 0; search < 3; search++) assert.deepEqual([few.isReadyFor(), alone.isReadyFor()], [false, false]);
  });

  it('end what is cancelled, and go on with the next', async () => {
    const reason = new Error('cancelled');
    const queries = new ByteQueries(randomVectors(1, 127, 2), rows, LEVELS);
    const candidates = new Candidates(1, { k: 1, width: 10 });
    await assert.rejects(threads.offerAll([queries.vector(0)], candidates, AbortSignal.abort(reason)), reason);
  });

  it('keep what one thread keeps, of searches at once, for any number of queries, and once they are closed', async () => {
    const searches = [1, 2, 4, 5, 16].map((count, n) => {
      const queries = new ByteQueries(randomVectors(count, 127, 10 + n), rows, LEVELS);
      const vectors = Array.from({ length: count }, (_, query) => queries.vector(query));
      const [k, exclude] = [1 + 3 * n, Int32Array.from({ length: count }, (_, query) => 1000 * query)];
      const slack = new Float64Array(count).fill(50 * n);
      return { count, vectors, candidates: new Candidates(count, { k, width: k + 40, slack, exclude }) };
    });
    const findAll = () =>
      Promise.all(
        searches.map(async ({ vectors, candidates }) => {
          const several = candidates.alike();
          await threads.offerAll(vectors, several, new AbortController().signal);
          return several;
        }),
      );
    const found = await findAll();
    await threads.close();
    const withoutThreads = await findAll();
    for (const [n, { count, vectors, candidates: one }] of searches.entries()) {
      assert.ok(rows.scores);
      const offers = new FewOffers(rows.scores, rows.order, vectors, one);
      for (let block = 0; block < offers.blocks; block++) offers.offer(block);
      for (const other of [found[n]!, withoutThreads[n]!]) {
        for (let query = 0; query < count; query++) {
          const threshold = Math.max(one.thresholds[query]!, other.thresholds[query]!);
          const kept = keptAbove(threshold, query, one);
          assert.ok(kept.length > 3 * n);
          assert.deepEqual(keptAbove(threshold, query, other), kept);
        }
      }
    }
  });
});
