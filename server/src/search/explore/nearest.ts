import { availableParallelism } from 'node:os';
import type { Neighbours, VectorSource } from '../../plugins/declare.js';
import { flat } from '../../plugins/indexes/flat.js';
import { unwrap } from '../../runner/halt.js';
import type { Progress } from './progress.js';

/** The `k` nearest rows of each query by exact search, squared L2; of a set in itself without the row's own. */
export async function nearestRows(
  rows: VectorSource,
  queries: VectorSource,
  k: number,
  progress: Progress,
): Promise<Neighbours> {
  const builder = unwrap(await flat.load({ metric: 'l2' }, { folder: '', threads: availableParallelism() }));
  const index = unwrap(await builder.open(rows, ''));
  const exclude = rows === queries ? Int32Array.from({ length: rows.rows }, (_, row) => row) : undefined;
  try {
    const work = { signal: new AbortController().signal, progress };
    return await index.search(queries, { ...work, k: Math.min(k, rows.rows), exclude });
  } finally {
    await index.close();
  }
}
