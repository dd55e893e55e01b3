import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ExactSearch } from '../../../server/src/compute/search/exact-search.js';
import type { Matrix } from '../../../server/src/plugins/declare.js';
import { inMemory } from '../../../server/src/plugins/matrix.js';
import { encodeNpy } from '../../../server/src/store/npy.js';
import { randomVectors } from '../../support/random-vectors.js';
import { figure, median, note, type Section, secondsOf, table, versionOf } from '../measure.js';

const ROUNDS = 5;
const K = 6;
const ROWS = 50_000;
const DIMENSION = 512;
const QUERIES = 2048;

/** A library that is given `count` of the queries a round, fewer where it is slow, and gives the first rows found. */
interface Searcher {
  readonly name: string;
  readonly count: number;
  search(count: number): Promise<{ seconds: number; ids: readonly number[] }>;
}

/** Exact search side by side, two threads each; faiss where Python has it. */
export async function benchSearch(): Promise<Section> {
  const gallery = randomVectors(ROWS, DIMENSION, 1);
  const queries = randomVectors(QUERIES, DIMENSION, 2);
  const folder = await mkdtemp(join(tmpdir(), 'lookalike-bench-'));
  const candidates = [ours, usearch, hnswlib, faiss];
  const searchers = (await Promise.all(candidates.map((make) => make(gallery, queries, folder)))).filter(
    (one) => one !== undefined,
  );
  const rates = new Map(searchers.map(({ name }) => [name, [] as number[]]));
  let agreed = true;
  for (let round = 0; round < ROUNDS; round++) {
    let expected: readonly number[] | undefined;
    for (const { name, count, search } of searchers) {
      const { seconds, ids } = await search(count);
      rates.get(name)?.push(count / seconds);
      expected ??= ids;
      agreed &&= ids.every((id, n) => id === expected?.[n]);
      note(`search, round ${round + 1} of ${ROUNDS}: ${name} ${figure(count / seconds)} queries/s`);
    }
  }
  await rm(folder, { recursive: true });
  return { name: 'search', title: 'Exact search', body: bodyOf(rates, agreed) };
}

function bodyOf(rates: ReadonlyMap<string, readonly number[]>, agreed: boolean): string {
  const [own] = rates.values();
  const rows = [...rates].map(([name, each]) => {
    const ratio = median(own.map((rate, round) => rate / each[round]));
    return [name, figure(median(each)), each === own ? '' : `${figure(ratio)} ×`];
  });
  const same = agreed ? 'All found the same rows.' : '**They did not all find the same rows.**';
  const gflops = (median(own) * ROWS * DIMENSION * 2) / 1e9;
  return `${ROWS.toLocaleString('en')} × ${DIMENSION} random vectors, ${QUERIES.toLocaleString('en')} queries, k = ${K}, squared L2, ${ROUNDS} rounds. ${same}
That is as many products as ${figure(gflops)} GFLOP/s, the proof of each result included.

${table(['', 'queries/s', 'Lookalike is faster by'], rows)}`;
}

async function ours(gallery: Matrix, queries: Matrix): Promise<Searcher> {
  const index = await ExactSearch.open(inMemory(gallery), 'l2', { threads: availableParallelism() });
  const work = { signal: new AbortController().signal, progress: () => undefined };
  return {
    name: 'Lookalike `flat`',
    count: QUERIES,
    async search() {
      let ids: readonly number[] = [];
      const seconds = await secondsOf(async () => {
        ids = [...(await index.search(inMemory(queries), { ...work, k: K })).ids];
      });
      return { seconds, ids };
    },
  };
}

async function usearch(gallery: Matrix, queries: Matrix): Promise<Searcher> {
  const { exactSearch, MetricKind } = createRequire(import.meta.url)('usearch');
  return {
    name: `usearch ${versionOf('usearch')} \`exactSearch\``,
    count: QUERIES / 4,
    async search(count) {
      const some = queries.data.subarray(0, count * DIMENSION);
      let ids: readonly number[] = [];
      const seconds = await secondsOf(() => {
        const { keys } = exactSearch(gallery.data, some, DIMENSION, K, MetricKind.L2sq, availableParallelism());
        ids = Array.from(keys as BigUint64Array, Number);
      });
      return { seconds, ids };
    },
  };
}

async function hnswlib(gallery: Matrix, queries: Matrix): Promise<Searcher> {
  const { BruteforceSearch } = createRequire(import.meta.url)('hnswlib-node');
  const index = new BruteforceSearch('l2', DIMENSION);
  index.initIndex(ROWS);
  const vector = ({ data }: Matrix, row: number) => Array.from(data.subarray(row * DIMENSION, (row + 1) * DIMENSION));
  for (let row = 0; row < ROWS; row++) index.addPoint(vector(gallery, row), row);
  return {
    name: `hnswlib-node ${versionOf('hnswlib-node')} \`BruteforceSearch\``,
    count: QUERIES / 16,
    async search(count) {
      const some = Array.from({ length: count }, (_, row) => vector(queries, row));
      let ids: readonly number[] = [];
      const seconds = await secondsOf(() => {
        ids = some.flatMap((query) => index.searchKnn(query, K).neighbors as number[]);
      });
      return { seconds, ids };
    },
  };
}

const FAISS = fileURLToPath(new URL('./faiss_search.py', import.meta.url));

async function faiss(gallery: Matrix, queries: Matrix, folder: string): Promise<Searcher | undefined> {
  const python = ['python3', '/usr/bin/python3'].find((path) => spawnSync(path, ['-c', 'import faiss']).status === 0);
  if (!python) {
    note('faiss is left out: no `python3 -c "import faiss"` works');
    return undefined;
  }
  const [galleryFile, queryFile] = [join(folder, 'gallery.npy'), join(folder, 'queries.npy')];
  await writeFile(galleryFile, Buffer.concat(encodeNpy(gallery.data, [ROWS, DIMENSION])));
  await writeFile(queryFile, Buffer.concat(encodeNpy(queries.data, [QUERIES, DIMENSION])));
  const run = (count: number) => {
    const args = [FAISS, galleryFile, queryFile, String(count), String(K), String(availableParallelism())];
    const { stdout, stderr, status } = spawnSync(python, args, { encoding: 'utf8', maxBuffer: 2 ** 27 });
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as { blas: string; version: string; seconds: number; ids: number[] };
  };
  const { version, blas } = run(1);
  return { name: `faiss ${version} \`IndexFlatL2\`, ${blas}`, count: QUERIES, search: async (count) => run(count) };
}
