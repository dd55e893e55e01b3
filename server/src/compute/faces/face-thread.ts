import { parentPort, workerData } from 'node:worker_threads';
import { thrownOf } from '../threads.js';
import type { DetectorInput } from './detector.js';
import type { BatchAnswer } from './face-threads.js';
import { FaceRecogniser, type FaceThreadData } from './recogniser.js';

/* A thread that describes the faces of one batch of photographs after the other. */

const port = parentPort;
if (!port) throw new Error('It runs as a thread');
const { options, folder } = workerData as FaceThreadData;
const recogniser = FaceRecogniser.load(options, folder, 1);
let last: Promise<unknown> = recogniser;

port.on('message', (batch: readonly DetectorInput[] | 'close') => {
  last = last.then(async () => {
    if (batch !== 'close') return port.postMessage(await answer(batch));
    await (await recogniser).close();
    port.close();
  });
});

async function answer(batch: readonly DetectorInput[]): Promise<BatchAnswer> {
  try {
    return { faces: (await (await recogniser).embedFaces?.(batch)) ?? [] };
  } catch (error) {
    return { thrown: thrownOf(error) };
  }
}
