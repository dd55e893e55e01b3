import { plugins as builtIn } from '../plugins/registry.js';
import { loadPlugins } from '../plugins/third-party.js';
import { type ServeEvent, type ServeWork, serveRequestSchema } from '../protocol/searching/serve.js';
import { keepLogShort, keepPrivate, ParentChannel } from '../runner/parent-channel.js';
import { doWork } from './work.js';

/*
 * A process that serves an experiment's indexes or a folder's, or exports one. Its parent sends `serve`, `serve-folder` or
 * `export` and, in the end, `stop`; it answers with events. Without its parent it stops.
 */
const stopping = new AbortController();
const parent = new ParentChannel<ServeEvent>();

keepPrivate();
keepLogShort();
process.on('disconnect', () => stopping.abort());
process.on('message', (message) => {
  const request = serveRequestSchema.parse(message);
  if (request.type === 'stop') stopping.abort();
  else void work(request);
});

async function work(request: ServeWork): Promise<void> {
  const extra = await loadPlugins(request.plugins);
  const ended = extra.ok
    ? await doWork(request, { plugins: [...builtIn, ...extra.value], emit: parent.emit, signal: stopping.signal })
    : extra.problem;
  parent.emit({ type: 'stopped', problem: ended });
  await parent.leave();
}
