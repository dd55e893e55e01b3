import { availableParallelism } from 'node:os';
import { flat } from '../../../server/src/plugins/indexes/flat.js';
import { inMemory } from '../../../server/src/plugins/matrix.js';
import { mostMatches } from '../../../server/src/runner/figures/verification.js';
import { PairDistances } from '../../../server/src/runner/stages/measuring/verification-pairs.js';
import { secondsOf } from '../measure.js';
import { clusteredVectors, peopleOf } from './vectors.js';

/** Thresholds at false match rates, with the share of genuine pairs within them. */
export interface CountedPairs {
  readonly seconds: number;
  /** Of all threads: what is left of a measurement where other programs use the cores. */
  readonly cpuSeconds: number;
  /** The most memory the process ever had, everything included. */
  readonly peakMb: number;
  readonly genuine: number;
  readonly impostor: number;
  readonly at: readonly { readonly fmr: number; readonly threshold: number | null; readonly tmr: number }[];
}

const [rows, dimension] = process.argv.slice(2, 4).map(Number);
const rates: readonly number[] = JSON.parse(process.argv[4]);

const ends = peopleOf(rows);
const vectors = inMemory(clusteredVectors(ends, dimension));
const work = { signal: new AbortController().signal, progress: () => undefined };
const context = { folder: '.', threads: availableParallelism(), device: 'cpu' } as const;
const loaded = await flat.load({ metric: 'l2' }, { ...context, openSurrogate: () => Promise.reject(new Error()) });
if (!loaded.ok) throw new Error(loaded.problem.message);

let found: Omit<CountedPairs, 'seconds' | 'cpuSeconds' | 'peakMb'> | undefined;
const before = process.cpuUsage();
const seconds = await secondsOf(async () => {
  const photographs = { rows: Int32Array.from({ length: rows }, (_, n) => n), ends, identities: [] };
  const genuine = new PairDistances(photographs, vectors, 'genuine', 'all', work);
  const parts: Float64Array[] = [];
  await genuine.walk((distances) => parts.push(distances.slice()));
  const impostor = ends.reduce((sum, end) => sum + rows - end, 0);
  const ranks = rates.map((fmr) => mostMatches(fmr, impostor));
  const counter = await loaded.value.countPairs?.(vectors, ends);
  const ranked = await counter?.ranked(ranks, work);
  if (!ranked) throw new Error('Too many pairs are alike');
  const at = rates.map((fmr, n) => {
    const { value, before } = ranked[n];
    let [threshold, matching] = [before ?? -1, 0];
    for (const distances of parts) {
      for (const distance of distances) {
        if (distance >= value) continue;
        matching += 1;
        if (distance > threshold) threshold = distance;
      }
    }
    return { fmr, threshold: threshold < 0 ? null : threshold, tmr: matching / genuine.pairs.count };
  });
  found = { genuine: genuine.pairs.count, impostor, at };
});
const { user, system } = process.cpuUsage(before);
const peakMb = process.resourceUsage().maxRSS / 1024;
process.send?.({ seconds, cpuSeconds: (user + system) / 1e6, peakMb, ...found }, () => process.exit(0));
