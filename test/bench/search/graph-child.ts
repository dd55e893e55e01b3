import { rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { ExactSearch } from '../../../server/src/compute/search/exact-search.js';
import { inMemory, selectRows } from '../../../server/src/plugins/matrix.js';
import { clusteredVectors, peopleOf } from '../pairs-counted/vectors.js';

/*
 * A graph of near neighbours by one library, built by one thread, asked one query after the other as its parent says:
 * `graph-child.ts LIBRARY ROWS DIMENSION QUERIES K FILE`.
 */

/** Links of a vector, and candidates looked at when one is added: the defaults of the index `hnsw`. */
const LINKS = 16;
const BUILDING = 200;
/** Vectors that are added in one call where a library takes several. */
const STEP = 256;

export interface Built {
  readonly seconds: number;
  readonly memoryMb: number;
  readonly fileMb: number;
}

export interface Asked {
  readonly perSecond: number;
  readonly recall: number;
}

/** A library's graph: finds the rows nearest to a vector, with so many candidates looked at. */
interface Graph {
  write(file: string): void;
  candidates(count: number): void;
  nearest(query: Float32Array, k: number): ArrayLike<number | bigint>;
}

const [library, rowsText, dimensionText, queriesText, kText, file = ''] = process.argv.slice(2);
const [rows, dimension, count, k] = [rowsText, dimensionText, queriesText, kText].map(Number) as [
  number,
  number,
  number,
  number,
];
const require = createRequire(import.meta.url);
const gallery = clusteredVectors(peopleOf(rows), dimension);
const vector = (row: number) => gallery.data.subarray(row * dimension, (row + 1) * dimension);

function hnswlib(): Graph {
  const { HierarchicalNSW } = require('hnswlib-node');
  const graph = new HierarchicalNSW('l2', dimension);
  graph.initIndex(rows, LINKS, BUILDING, 1);
  for (let row = 0; row < rows; row++) graph.addPoint(Array.from(vector(row)), row);
  return {
    write: (path) => graph.writeIndexSync(path),
    candidates: (wanted) => graph.setEf(wanted),
    nearest: (query, wanted) => graph.searchKnn(Array.from(query), wanted).neighbors,
  };
}

function usearch(): Graph {
  const { Index, MetricKind, ScalarKind } = require('usearch');
  const options = { dimensions: dimension, metric: MetricKind.L2sq, quantization: ScalarKind.F32, connectivity: LINKS };
  let graph = new Index({ ...options, expansion_add: BUILDING, expansion_search: BUILDING });
  for (let first = 0; first < rows; first += STEP) {
    const end = Math.min(rows, first + STEP);
    const keys = BigUint64Array.from({ length: end - first }, (_, n) => BigInt(first + n));
    graph.add(keys, gallery.data.subarray(first * dimension, end * dimension), 1);
  }
  return {
    write: (path) => graph.save(path),
    // It is told when it is opened alone.
    candidates(wanted) {
      graph = new Index({ ...options, expansion_add: BUILDING, expansion_search: wanted });
      graph.load(file);
    },
    nearest: (query, wanted) => graph.search(query, wanted, 1).keys,
  };
}

const before = process.memoryUsage().rss;
const started = performance.now();
const graph = library === 'usearch' ? usearch() : hnswlib();
const seconds = (performance.now() - started) / 1000;
const memoryMb = (process.memoryUsage().rss - before) / 2 ** 20;
graph.write(file);
const fileMb = statSync(file).size / 2 ** 20;

const asked = Array.from({ length: count }, (_, n) => n * Math.floor(rows / count));
const queries = selectRows(gallery, asked);
const exact = await ExactSearch.open(inMemory(gallery), 'l2', { threads: 1 });
const work = { signal: new AbortController().signal, progress: () => undefined };
const truth = await exact.search(inMemory(queries), { ...work, k, exclude: Int32Array.from(asked) });
await exact.close();

/** Each query is a row, which is not counted as found. */
function ask(candidates: number): Asked {
  graph.candidates(candidates);
  const began = performance.now();
  const found = asked.map((row) => graph.nearest(vector(row), k + 1));
  const perSecond = count / ((performance.now() - began) / 1000);
  let hits = 0;
  for (const [n, ids] of found.entries()) {
    const others = new Set(Array.from(ids, Number).filter((row) => row !== asked[n]));
    for (const row of truth.ids.subarray(n * k, (n + 1) * k)) if (others.has(row)) hits++;
  }
  return { perSecond, recall: hits / (count * k) };
}

process.on('message', (candidates: number) => process.send?.(ask(candidates)));
process.once('disconnect', () => {
  rmSync(file, { force: true });
  process.exit(0);
});
process.send?.({ seconds, memoryMb, fileMb } satisfies Built);
