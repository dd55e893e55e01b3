import { availableParallelism } from 'node:os';
import { BLOCK } from '../../../server/src/compute/search/block-graph.js';
import { ByteScorer } from '../../../server/src/compute/search/bytes/byte-scorer.js';
import { ByteScoring } from '../../../server/src/compute/search/bytes/byte-scoring.js';
import { ByteQueries, ByteRows } from '../../../server/src/compute/search/bytes/byte-vectors.js';
import { PrincipalPart } from '../../../server/src/compute/search/bytes/principal-part.js';
import { Candidates } from '../../../server/src/compute/search/candidates.js';
import { Certifier } from '../../../server/src/compute/search/certify.js';
import { ExactSearch } from '../../../server/src/compute/search/exact-search.js';
import type { Matrix } from '../../../server/src/plugins/declare.js';
import { inMemory } from '../../../server/src/plugins/matrix.js';
import { figure, median, secondsOf, table } from '../measure.js';
import type { Searched } from './clustered-queries.js';

const ROUNDS = 5;
/** Of a score that is never reached. */
const NEVER = 2 ** 30;
const work = { signal: new AbortController().signal, progress: () => undefined };

/** Where the time of a search goes, in milliseconds of the processor, by the parts that a thread does one after the other. */
export async function searchBudget(what: string, { gallery, queries }: Searched, k: number): Promise<string> {
  const threads = availableParallelism();
  const index = await ExactSearch.open(inMemory(gallery), 'l2', { threads });
  const scoring = await ByteScoring.open(gallery, 'l2', 1);
  const rounds: number[][] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const products = await productsAlone(gallery, queries);
    const parts = await inParts(scoring, gallery, queries, k);
    let shared = 0;
    const wall = 1000 * (await secondsOf(async () => (shared = await processorMs(() => search(index, queries, k)))));
    // The first starts threads.
    if (round > 0) rounds.push([parts.queries, products, parts.offered - products, parts.settled, shared, wall]);
  }
  await scoring.close();
  await index.close();
  const [inBytes, products, offered, settled, shared, wall] = [0, 1, 2, 3, 4, 5].map((n) =>
    median(rounds.map((round) => round[n]!)),
  ) as [number, number, number, number, number, number];
  const whole = inBytes + products + offered + settled;
  const row = (name: string, ms: number) => [name, figure(ms), `${((100 * ms) / whole).toFixed(1)} %`];
  return `${table(
    [`${what}, k = ${k}: where the time goes, by one thread`, 'ms of the processor', 'of the whole'],
    [
      row('queries become bytes', inBytes),
      row('products, a byte written for each pair and looked at', products),
      row('what passes is kept as candidates', offered),
      row('candidates are measured in double precision, and the result is proved', settled),
      row('the whole', whole),
    ],
  )}

By ${threads} threads and the one that asks it takes ${figure(shared)} ms of the processor in ${figure(wall)} ms: ${(100 * (1 - shared / (threads * wall))).toFixed(0)} % of the cores' time is idle, or another program's.`;
}

function search(index: ExactSearch, queries: Matrix, k: number) {
  return index.search(inMemory(queries), { ...work, k });
}

/** Every block of rows by every block of queries, where nothing passes. */
async function productsAlone(gallery: Matrix, queries: Matrix): Promise<number> {
  const principal = await PrincipalPart.of(gallery, 'l2', 1);
  const reduced = async (vectors: Matrix) => (principal ? (await principal.reduce(vectors)).vectors : vectors);
  const rows = new ByteRows(await reduced(gallery), 'l2');
  const inBytes = new ByteQueries(await reduced(queries), rows, 127);
  const scorer = await ByteScorer.open(rows.length, 1);
  const thresholds = new Float64Array(BLOCK).fill(NEVER);
  const took = await processorMs(async () => {
    for (let i = 0; i < inBytes.blocks; i++) {
      for (let j = 0; j < rows.blocks; j++) {
        const block = inBytes.at(i);
        await scorer.placesSieved(rows.at(j), block, thresholds.subarray(0, block.ids.length));
      }
    }
  });
  await scorer.close();
  await principal?.close();
  return took;
}

async function inParts(scoring: ByteScoring, gallery: Matrix, queries: Matrix, k: number) {
  const certifier = new Certifier(gallery, queries, 'l2', k);
  const found = { k, ids: new Int32Array(queries.rows * k), distances: new Float32Array(queries.rows * k) };
  let settled = 0;
  let [prepared, offered] = [0, 0];
  let search: Awaited<ReturnType<ByteScoring['prepare']>> | undefined;
  prepared = await processorMs(async () => {
    search = await scoring.prepare(queries, false);
  });
  const asked = search!;
  const candidates = new Candidates(queries.rows, { k, width: scoring.widthFor(k), slack: asked.slack });
  offered = await processorMs(async () => {
    await asked.offerAll(candidates, work, (first, end) => {
      const before = process.cpuUsage();
      for (let query = first; query < end; query++) certifier.settle(query, candidates, asked, query, found);
      settled += msSince(before);
    });
  });
  return { queries: prepared, offered: offered - settled, settled };
}

async function processorMs(run: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await run();
  return msSince(before);
}

function msSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
