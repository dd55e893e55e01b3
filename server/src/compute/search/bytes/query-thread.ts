import { parentPort, workerData } from 'node:worker_threads';
import { Candidates } from '../candidates.js';
import { ByteOffers } from './byte-offers.js';
import { ByteScorer } from './byte-scorer.js';
import { ByteQueries, ByteRows } from './byte-vectors.js';
import type { QueryThreadData, QueryThreadTask } from './query-threads.js';

/* A thread that offers all rows to blocks of queries, each the next that no thread has begun. */

const rows = ByteRows.revive((workerData as QueryThreadData).rows);
const scorer = await ByteScorer.open(rows.length, 1);
const stopped = new Error('stopped');

parentPort?.on('message', async (task: QueryThreadTask) => {
  const queries = ByteQueries.revive(task.queries);
  const offers = new ByteOffers(scorer, rows, queries, Candidates.revive(task.candidates));
  const proceed = () => {
    if (Atomics.load(task.next, 0) < 0) throw stopped;
  };
  try {
    for (let block = Atomics.add(task.next, 0, 1); block >= 0 && block < queries.blocks; ) {
      await offers.offerAllRows(block, proceed);
      parentPort?.postMessage('block');
      block = Atomics.add(task.next, 0, 1);
    }
  } catch (error) {
    if (error !== stopped) throw error;
  }
  parentPort?.postMessage('ended');
});
