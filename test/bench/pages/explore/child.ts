import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mapFaces } from '../../../../server/src/search/explore/face-map.js';
import type { Kept } from '../../../../server/src/search/explore/kept-vectors.js';
import { describePeople } from '../../../../server/src/search/explore/people.js';
import { secondsOf } from '../../measure.js';
import { clusteredVectors } from '../../pairs-counted/vectors.js';
import type { Explored } from './explore.js';

/*
 * One question about made-up embeddings, in a process of its own, so that its peak memory is that work's. Reading the cache
 * is not in it: the vectors are there.
 */
const DIMENSION = 128;
const [what, ...sizes] = process.argv.slice(2) as ['people' | 'pca' | 'umap', ...string[]];

const sizeOf = sizes.flatMap((text) => {
  const [people = 0, each = 0] = text.split('x').map(Number);
  return Array.from({ length: people }, () => each);
});
let end = 0;
const person = sizeOf.flatMap((size, n) => Array.from({ length: size }, () => n));
const ends = sizeOf.flatMap((size) => {
  end += size;
  return Array.from({ length: size }, () => end);
});
const vectors = clusteredVectors(Int32Array.from(ends), DIMENSION);
const kept: Kept = {
  images: person.map((number, place) => {
    return { place, id: `${number}/${place}.jpg`, identity: `person ${number}`, hash: String(place) };
  }),
  ...{ noEmbedding: 0, missing: 0, has: () => true },
  async read(hashes) {
    const data = new Float32Array(hashes.length * DIMENSION);
    for (const [n, hash] of hashes.entries()) {
      data.set(vectors.data.subarray(Number(hash) * DIMENSION, (Number(hash) + 1) * DIMENSION), n * DIMENSION);
    }
    return { data, rows: hashes.length, dimension: DIMENSION };
  },
};

const folder = await mkdtemp(join(tmpdir(), 'lookalike-explore-'));
await writeFile(join(folder, 'queries.jsonl'), '');
const silent = () => () => undefined;
let exact: boolean | null = null;
let considered = 0;
const before = process.cpuUsage();
const seconds = await secondsOf(async () => {
  if (what === 'people') {
    const found = await describePeople(folder, 'face-recognition', kept, silent);
    exact = found.impostors.exact;
    considered = found.considered.images;
  } else {
    const map = await mapFaces(folder, { model: 'face-recognition', method: what }, kept, silent);
    considered = map.considered.images;
  }
});
await rm(folder, { recursive: true });
const { user, system } = process.cpuUsage(before);
const cpuSeconds = (user + system) / 1e6;
const peakMb = process.resourceUsage().maxRSS / 1024;
process.send?.({ seconds, cpuSeconds, peakMb, considered, exact } satisfies Explored, () => process.exit(0));
