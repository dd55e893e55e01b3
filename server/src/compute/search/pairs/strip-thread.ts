import { parentPort, workerData } from 'node:worker_threads';
import { Stopped, Turns } from '../../threads.js';
import { StripSieve, type StripThreadData } from './strip-sieve.js';

/* A thread that sieves strips, each the next that no thread has begun, until there are no more. */

const { turns: sent, ...given } = workerData as StripThreadData;
const turns = Turns.revive(sent);
const sieve = await StripSieve.open(given, 1);
try {
  for (let strip = turns.take(sieve.strips); strip !== undefined; strip = turns.take(sieve.strips)) {
    const found = await sieve.run(strip, () => turns.proceed());
    parentPort?.postMessage(found, [found.near.buffer as ArrayBuffer]);
  }
} catch (error) {
  if (!(error instanceof Stopped)) throw error;
} finally {
  await sieve.close();
}
