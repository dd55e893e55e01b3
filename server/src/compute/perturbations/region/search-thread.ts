import { parentPort } from 'node:worker_threads';
import type { InferenceSession } from 'onnxruntime-node';
import { openSession } from '../../session.js';
import { thrownOf } from '../../threads.js';
import type { Tensors } from './graph-runner.js';
import { packed, type SearchAnswer, type SearchRequest, unpacked } from './search-threads.js';

/* A thread that runs an attack's graphs for one photograph at a time, as it is asked. */

const port = parentPort;
if (!port) throw new Error('It runs as a thread');
const sessions = new Map<string, InferenceSession>();
/** What each run of a photograph's graph is given too. */
let held: Tensors = {};
let last: Promise<unknown> = Promise.resolve();

port.on('message', (request: SearchRequest | 'close') => {
  last = last.then(async () => {
    if (request !== 'close') return port.postMessage(await answer(request));
    for (const session of sessions.values()) await session.release();
    port.close();
  });
});

async function answer(request: SearchRequest): Promise<SearchAnswer> {
  try {
    if ('model' in request) {
      const session = await openSession(request.model, { threads: 1 });
      sessions.set(request.graph, session);
      return { inputNames: session.inputNames };
    }
    if (request.held) held = unpacked(request.held);
    const session = sessions.get(request.graph) as InferenceSession;
    return { outputs: packed((await session.run({ ...held, ...unpacked(request.feeds) })) as Tensors) };
  } catch (error) {
    return { thrown: thrownOf(error) };
  }
}
