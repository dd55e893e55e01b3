import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { ExactSearch } from '../../../server/src/compute/search/exact-search.js';
import { inMemory } from '../../../server/src/plugins/matrix.js';
import { randomVectors } from '../../support/random-vectors.js';
import { secondsOf } from '../measure.js';
import type { AllPairsResult } from './all-pairs.js';

const [rows, dimension] = process.argv.slice(2, 4).map(Number);
const useSymmetry = process.argv[4] === 'true';

const vectors = inMemory(randomVectors(rows, dimension, 1));
const index = await ExactSearch.open(vectors, 'l2', { threads: availableParallelism(), useSymmetry });
const exclude = Int32Array.from({ length: rows }, (_, row) => row);
const hash = createHash('sha256');
const seconds = await secondsOf(async () => {
  const work = { signal: new AbortController().signal, progress: () => undefined };
  const { ids, distances } = await index.search(vectors, { ...work, k: 5, exclude });
  hash.update(ids).update(distances);
});
const result: AllPairsResult = { seconds, peakMb: process.resourceUsage().maxRSS / 1024, digest: hash.digest('hex') };
process.send?.(result, () => process.exit(0));
