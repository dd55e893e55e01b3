import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { networkFile } from '../../../scripts/peers/networks.js';
import { ExactSearch } from '../../../server/src/compute/search/exact-search.js';
import type { Matrix } from '../../../server/src/plugins/declare.js';
import { inMemory, rowsBetween } from '../../../server/src/plugins/matrix.js';
import { encodeNpy } from '../../../server/src/store/npy.js';
import { CELEBA_MINI } from '../../support/celeba-mini.js';
import { randomVectors } from '../../support/random-vectors.js';
import { figure, median, note, type Section, secondsOf, table, versionOf } from '../measure.js';
import { clusteredQueries, type Searched } from './clustered-queries.js';
import { type Described, DRAWN, describedFaces, drawnAfter } from './described-faces.js';
import { FAISS_INDICES, FaissIndex, pythonsWithFaiss } from './faiss.js';
import { searchBudget } from './search-budget.js';

const ROUNDS = Number(process.env.LOOKALIKE_BENCH_ROUNDS ?? 5);
const QUERIES = 2048;
const KS = [6, 50];
/** Of one query, which takes milliseconds. */
const ONE_ROUNDS = 40;
/** With the model whose embeddings of real faces clusters are drawn after. */
const SIZES = [
  { rows: 50_000, dimension: 512, model: 'fr_feature' },
  { rows: 200_000, dimension: 128, model: 'face-recognition' },
] as const;

/** Measured on 200,000 × 512, in turn with what was there before. */
const ONE_QUERY = `One query of 200,000 × 512 reads 102 MB of bytes. One core takes 4.4 ms to read as much and do nothing, and 5.0 with the products; made
ready and proved it is in under 0.5 ms. So a second core has to read: each has half in 3.4 ms. Threads with fixed halves were as fast
where both cores were idle, and took 7.0 ms where one had other work; now the one that asks takes what the other has not begun. What did
not help: four rows at a time, which takes a fifth off the products of rows in the cache (4.7 to 3.7 ms), but reads memory along four
lines at once, in 16 to 18 ms; bytes taken apart by masks and shifts instead of widening (3 % of the products); a matrix product, which
takes 33 ms for 1 to 16 queries and 41 for 32, by blocks of 1,024 to 8,192 rows, by one thread and by two; four bits a value first, half of the
memory, after which 19 rows are left for k = 6, but for k = 40 some 100,000. Four queries at a time take 3.0 ms each of one core where one takes
5.2, and up to 16 that way are faster than a product.`;

/** A library that is given `count` of the queries a round, fewer where it is slow, and gives the rows found. */
interface Searcher {
  readonly name: string;
  readonly count: number;
  search(count: number, k: number): Promise<{ seconds: number; ids: readonly number[] }>;
  close(): void;
}

interface Vectors extends Searched {
  readonly what: string;
}

/** Exact search side by side, all cores each; faiss where Python has it. */
export async function benchSearch(): Promise<Section> {
  const pythons = pythonsWithFaiss();
  const faces = existsSync(CELEBA_MINI) && existsSync(networkFile('fr_feature'));
  if (!faces) note('search: no photographs of faces, or no fr_feature, to draw vectors after: clusters are made up');
  const described = faces ? await describedFaces(SIZES.map(({ model }) => model)) : new Map<string, Described[]>();
  const clusteredAfter = (model: string, rows: number, dimension: number) => ({
    what: faces ? `vectors drawn after \`${model}\`’s of faces` : 'made-up clustered vectors',
    ...clusteredQueries(rows, dimension, QUERIES, faces ? drawnAfter(described.get(model) ?? []) : undefined),
  });
  const parts: string[] = [];
  for (const { rows, dimension, model } of SIZES) {
    const random = { gallery: randomVectors(rows, dimension, 1), queries: randomVectors(QUERIES, dimension, 2) };
    for (const vectors of [{ what: 'random vectors', ...random }, clusteredAfter(model, rows, dimension)]) {
      parts.push(...(await compare(vectors, pythons, { most: QUERIES, ks: KS, rounds: ROUNDS })));
      note(`search, where the time goes: ${vectors.what}`);
      for (const k of dimension === 512 ? KS : []) parts.push(await searchBudget(sizeOf(vectors), vectors, k));
    }
  }
  const madeUp = { what: 'made-up clustered vectors', ...clusteredQueries(200_000, 512, QUERIES) };
  for (const large of faces ? [clusteredAfter('fr_feature', 200_000, 512), madeUp] : [madeUp]) {
    parts.push(...(await compare(large, pythons, { most: 1, ks: [6], rounds: ONE_ROUNDS })));
  }
  const body = `${QUERIES.toLocaleString('en')} queries, squared L2, ${ROUNDS} rounds in turn, and ${ONE_ROUNDS} of one query: medians, and the least and the most. Lookalike proves each of
its results in double precision; "disagree" counts the results that are not its own, in place or in kind. faiss chooses its kernels
itself: nothing of OpenBLAS, MKL or OpenMP is set. Panorama has 8 levels behind a rotation by principal components. Vectors drawn
after those of faces are new people and photographs, 20 each, with the variance between and within people that a model's embeddings
of 510 photographs of 51 people (CelebA in the wild) have: ${DRAWN}. Made-up clusters lie around a direction each, the same in
all dimensions. Queries are other photographs of the people who are searched. Each searcher has answered once before it is
timed.

${ONE_QUERY}

What was done since a round of 3,400 queries a second at k = 6, and 1,500 at k = 50 on clusters: a kernel finds what passes the
sieve; a block of queries is settled while threads search for the next; as many candidates are kept as many neighbours need, so that
float32 has nothing to do; and of vectors that lie in few directions, of \`fr_feature\`'s 512 in 138, only the part in these is
scored, with a bound of what is left out. A limit remains: ONNX Runtime multiplies bytes at 180 thousand million a second and core
here, a third of a core's time at 512 values goes into writing a byte a pair. Tried, and of no help: scores as whole numbers of 32 bits
in place of bytes (1.4 to 2.4 times the time), blocks of half the size, and to measure candidates by their principal part before
all of them (it is memory that candidates wait for, not arithmetic).

${parts.join('\n\n')}`;
  return { name: 'search', title: 'Exact search', body };
}

function sizeOf({ what, gallery }: Vectors): string {
  return `${gallery.rows.toLocaleString('en')} × ${gallery.dimension} ${what}`;
}

interface Asked {
  /** Queries at once, at the most. */
  readonly most: number;
  readonly ks: readonly number[];
  readonly rounds: number;
}

async function compare(vectors: Vectors, pythons: readonly string[], { most, ks, rounds }: Asked): Promise<string[]> {
  const { gallery, queries } = vectors;
  const folder = await mkdtemp(join(tmpdir(), 'lookalike-bench-'));
  const files = { gallery: join(folder, 'gallery.npy'), queries: join(folder, 'queries.npy') };
  for (const [file, { data, rows, dimension }] of [
    [files.gallery, gallery],
    [files.queries, queries],
  ] as const) {
    await writeFile(file, Buffer.concat(encodeNpy(data, [rows, dimension])));
  }
  const size = sizeOf(vectors);
  const searchers: Searcher[] = [await ours(gallery, queries), usearch(gallery, queries)];
  for (const python of pythons) {
    for (const index of FAISS_INDICES) {
      const opened = await FaissIndex.open(python, index, files);
      if (opened)
        searchers.push({ ...opened, name: opened.name, count: QUERIES, search: (...asked) => opened.search(...asked) });
    }
  }
  const parts: string[] = [];
  for (const { search, count } of searchers) await search(Math.min(most, count), ks[0]!);
  for (const k of ks) {
    const rates = searchers.map((): number[] => []);
    const disagreeing = searchers.map(() => 0);
    for (let round = 0; round < rounds; round++) {
      let expected: readonly number[] = [];
      for (const [which, { name, search, ...searcher }] of searchers.entries()) {
        const count = Math.min(most, searcher.count);
        const { seconds, ids } = await search(count, k);
        rates[which].push(count / seconds);
        if (which === 0) expected = ids;
        disagreeing[which] = ids.reduce((others, id, n) => others + (id === expected[n] ? 0 : 1), 0);
        note(
          `search, ${size}, k = ${k}, round ${round + 1} of ${rounds}: ${name} ${figure(count / seconds)} queries/s`,
        );
      }
    }
    const title = `**${size}, k = ${k}${most === 1 ? ', one query at a time' : ''}**`;
    parts.push(partOf(title, searchers, { rates, disagreeing, k, most }));
  }
  for (const { close } of searchers) close();
  await rm(folder, { recursive: true });
  return parts;
}

function partOf(
  title: string,
  searchers: readonly Searcher[],
  {
    rates,
    disagreeing,
    k,
    most,
  }: { rates: readonly (readonly number[])[]; disagreeing: readonly number[]; k: number; most: number },
): string {
  const [own] = rates;
  const rows = searchers.map(({ name, count }, which) => {
    const each = rates[which];
    const ratios = own.map((rate, round) => rate / each[round]);
    return [
      name,
      withSpread(most === 1 ? each.map((rate) => 1000 / rate) : each),
      which === 0 ? '' : `${withSpread(ratios)} ×`,
      which === 0
        ? ''
        : `${disagreeing[which].toLocaleString('en')} of ${(Math.min(most, count) * k).toLocaleString('en')}`,
    ];
  });
  return `${title}\n\n${table(['', most === 1 ? 'ms' : 'queries/s', 'Lookalike is faster by', 'disagree'], rows)}`;
}

function withSpread(values: readonly number[]): string {
  return `${figure(median(values))} (${figure(Math.min(...values))}–${figure(Math.max(...values))})`;
}

async function ours(gallery: Matrix, queries: Matrix): Promise<Searcher> {
  const index = await ExactSearch.open(inMemory(gallery), 'l2', { threads: availableParallelism() });
  const work = { signal: new AbortController().signal, progress: () => undefined };
  return {
    name: 'Lookalike `flat`',
    count: QUERIES,
    async search(count, k) {
      const some = inMemory(rowsBetween(queries, 0, count));
      let ids: readonly number[] = [];
      const seconds = await secondsOf(async () => {
        ids = [...(await index.search(some, { ...work, k })).ids];
      });
      return { seconds, ids };
    },
    close: () => void index.close(),
  };
}

function usearch({ data, dimension }: Matrix, queries: Matrix): Searcher {
  const { exactSearch, MetricKind } = createRequire(import.meta.url)('usearch');
  return {
    name: `usearch ${versionOf('usearch')} \`exactSearch\``,
    count: QUERIES / 8,
    async search(count, k) {
      const some = queries.data.subarray(0, count * dimension);
      let ids: readonly number[] = [];
      const seconds = await secondsOf(() => {
        const { keys } = exactSearch(data, some, dimension, k, MetricKind.L2sq, availableParallelism());
        ids = Array.from(keys as BigUint64Array, Number);
      });
      return { seconds, ids };
    },
    close: () => undefined,
  };
}
