import { parentPort, workerData } from 'node:worker_threads';
import { type StripOfPairs, StripSieve, type StripThreadData } from './strip-sieve.js';

/* A thread that sieves strips, each the next that no thread has begun, until there are no more. */

const { next, ...given } = workerData as StripThreadData;
const sieve = await StripSieve.open(given, 1);
for (let strip = Atomics.add(next, 0, 1); strip < sieve.strips; strip = Atomics.add(next, 0, 1)) {
  const found: StripOfPairs = await sieve.run(strip);
  parentPort?.postMessage(found, [found.near.buffer as ArrayBuffer]);
}
await sieve.close();
