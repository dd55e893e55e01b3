import { parentPort } from 'node:worker_threads';
import { Turns } from '../../threads.js';
import { Candidates } from '../candidates.js';
import { FewOffers } from './few-offers.js';
import { RowScores } from './row-scores.js';
import type { RowThreadTask } from './row-threads.js';

/* A thread that holds some of the rows of a set, and offers them to few queries, each block that nobody else has. */

let rows: { readonly ids: Int32Array; readonly scores: RowScores } | undefined;

parentPort?.on('message', (task: RowThreadTask | 'close') => {
  if (task === 'close') return parentPort?.close();
  if ('bytes' in task) {
    const { ids, bytes } = task;
    const scores = new RowScores(ids.length, bytes.length / ids.length);
    scores.bytes.set(bytes);
    rows = { ids, scores };
  } else if (rows) {
    const offers = new FewOffers(rows.scores, rows.ids, task.queries, Candidates.revive(task.candidates));
    const turns = Turns.revive(task.turns);
    for (let n = turns.take(offers.blocks); n !== undefined; n = turns.take(offers.blocks)) offers.offer(n);
  }
  parentPort?.postMessage('ended');
});
