import { parentPort } from 'node:worker_threads';
import { Candidates } from '../candidates.js';
import { offerToFew } from './few-offers.js';
import { RowScores } from './row-scores.js';
import type { RowThreadTask } from './row-threads.js';

/* A thread that holds some of the rows of a set, and offers them to few queries. */

let rows: { readonly ids: Int32Array; readonly scores: RowScores } | undefined;

parentPort?.on('message', (task: RowThreadTask | 'close') => {
  if (task === 'close') return parentPort?.close();
  if ('bytes' in task) {
    const { ids, bytes } = task;
    const scores = new RowScores(ids.length, bytes.length / ids.length);
    scores.bytes.set(bytes);
    rows = { ids, scores };
  } else if (rows) {
    offerToFew(rows.scores, rows.ids, task.queries, Candidates.revive(task.candidates), () => undefined);
  }
  parentPort?.postMessage('done');
});
