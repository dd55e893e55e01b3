import { on } from 'node:events';
import { parentPort } from 'node:worker_threads';
import { pMapIterable } from 'p-map';
import { DECODING, readUnchanged } from '../../plugins/images/read-unchanged.js';
import { thrownOf } from '../threads.js';
import type { PrepareAnswer, PrepareRequest } from './prepare-elsewhere.js';
import { preprocess } from './preprocess.js';

/* The thread that prepares photographs, in the order in which it is asked. */

async function answer({ n, image, how }: PrepareRequest): Promise<PrepareAnswer> {
  try {
    return { n, result: await preprocess(await readUnchanged(image), how) };
  } catch (error) {
    return { n, thrown: thrownOf(error) };
  }
}

const port = parentPort;
if (!port) throw new Error('It runs as a thread');
const requests = on(port, 'message') as AsyncIterable<[PrepareRequest]>;
const answers = pMapIterable(requests, ([request]) => answer(request), { concurrency: DECODING });
for await (const each of answers) {
  port.postMessage(each, 'result' in each && each.result.ok ? [each.result.value.buffer as ArrayBuffer] : []);
}
