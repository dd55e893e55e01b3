import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { figure, note, type Section, table } from '../measure.js';
import type { Searched } from './gallery-child.js';

/** `LOOKALIKE_BENCH_ROWS` for a shorter look. */
const ROWS = Number(process.env.LOOKALIKE_BENCH_ROWS ?? 2_000_000);
const DIMENSION = 512;
const QUERIES = 64;
const K = 6;
const WAYS = { here: 'by the run itself, part by part', elsewhere: 'by another process, in shards' } as const;

/** What a run holds of a gallery that lies on the disk, while it is searched exactly. */
export async function benchGallery(): Promise<Section> {
  const folder = await mkdtemp(join(tmpdir(), 'lookalike-bench-'));
  try {
    await inItsOwnProcess('write', folder);
    note(`gallery: ${ROWS.toLocaleString('en')} vectors are there`);
    const found: Searched[] = [];
    for (const way of Object.keys(WAYS)) {
      const searched = (await inItsOwnProcess(way, folder)) as Searched;
      note(`gallery, ${way}: ${figure(searched.seconds)} s, ${figure(searched.peakMb)} MB`);
      found.push(searched);
      // What one has found is not to be had from the cache by the other.
      await rm(join(folder, '.lookalike/cache/neighbours'), { recursive: true });
    }
    const same = found.every(({ ids }) => ids.every((id, n) => id === found[0]!.ids[n]));
    const rows = Object.values(WAYS).map((name, n) => {
      const { seconds, listedMb, foundMb, peakMb } = found[n]!;
      return [name, ...[seconds, listedMb, foundMb, peakMb].map(figure)];
    });
    return {
      name: 'gallery',
      title: 'A gallery that is not held in memory',
      body: `${ROWS.toLocaleString('en')} × ${DIMENSION} made-up embeddings in shards of 128 on the disk, ${figure((4 * ROWS * DIMENSION) / 1e9)} GB; ${QUERIES} of them are
searched for among the others, k = ${K}. Of a run it is listing the photographs, of which each was read before, finding their
embeddings, the index, and the search. Memory is the most that the run’s process held (resident), everything included; that
of another process is not in it.
${same ? 'Both found the same.' : '**They did not find the same.**'}

${table(['', 'seconds', 'MB until photographs are listed', 'MB until embeddings are found', 'MB at the most'], rows)}`,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function inItsOwnProcess(what: string, folder: string): Promise<unknown> {
  const numbers = [ROWS, DIMENSION, QUERIES, K].map(String);
  const child = fork(fileURLToPath(new URL('./gallery-child.ts', import.meta.url)), [what, folder, ...numbers], {
    execArgv: ['--import', 'tsx'],
  });
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`It ended with ${code}`);
  });
  const [said] = await Promise.race([once(child, 'message'), failed]);
  failed.catch(() => undefined);
  return said;
}
