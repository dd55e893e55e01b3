import { plugins as builtIn } from '../plugins/registry.js';
import { loadPlugins } from '../plugins/third-party.js';
import { type ServeEvent, type ServeRequest, serveRequestSchema } from '../protocol/serve.js';
import { ParentChannel } from '../runner/parent-channel.js';
import { serveExperiment } from './serve-experiment.js';

/*
 * A process that serves one experiment's indexes. Its parent sends `serve` and, in the end, `stop`; it answers with
 * events. Without its parent it stops.
 */
const stopping = new AbortController();
const parent = new ParentChannel<ServeEvent>();

// Control-C reaches the whole process group; the parent decides what it means and says so in a message.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => stopping.abort());
process.on('message', (message) => {
  const request = serveRequestSchema.parse(message);
  if (request.type === 'stop') stopping.abort();
  else void serve(request);
});

async function serve(request: ServeRequest): Promise<void> {
  const extra = await loadPlugins(request.plugins);
  const ended = extra.ok
    ? await serveExperiment(request, [...builtIn, ...extra.value], parent.emit, stopping.signal)
    : extra.problem;
  parent.emit({ type: 'stopped', problem: ended });
  await parent.leave();
}
