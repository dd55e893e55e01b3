import { parentPort, workerData } from 'node:worker_threads';
import { Stopped, Turns } from '../../threads.js';
import { Candidates } from '../candidates.js';
import { ByteOffers } from './byte-offers.js';
import { ByteScorer } from './byte-scorer.js';
import { ByteQueries, ByteRows } from './byte-vectors.js';
import type { QueryThreadData, QueryThreadTask } from './query-threads.js';

/* A thread that offers all rows to blocks of queries, each the next that no thread has begun. */

const rows = ByteRows.revive((workerData as QueryThreadData).rows);
const scorer = await ByteScorer.open(rows.length, 1);

parentPort?.on('message', async (task: QueryThreadTask | 'close') => {
  if (task === 'close') {
    await scorer.close();
    parentPort?.close();
    return;
  }
  const queries = ByteQueries.revive(task.queries);
  const turns = Turns.revive(task.turns);
  const offers = new ByteOffers(scorer, rows, queries, Candidates.revive(task.candidates));
  try {
    for (let block = turns.take(queries.blocks); block !== undefined; block = turns.take(queries.blocks)) {
      await offers.offerAllRows(block, () => turns.proceed());
      parentPort?.postMessage(block);
    }
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  }
  parentPort?.postMessage('ended');
});
