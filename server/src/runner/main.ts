import { plugins as builtIn } from '../plugins/registry.js';
import { loadPlugins } from '../plugins/third-party.js';
import { type RunEvent, runnerRequestSchema, type StartRequest } from '../protocol/runner.js';
import { runExperiment } from './run-experiment.js';

/*
 * The runner's process: one run, then it ends. Its parent sends `start`, and perhaps `cancel`; it answers with
 * events. Without its parent it stops at the next batch, as if it were cancelled.
 */
const cancelling = new AbortController();
let sent: Promise<void> = Promise.resolve();

// Control-C reaches the whole process group; the parent decides what it means and says so in a message.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => cancelling.abort());
process.on('message', (message) => {
  const request = runnerRequestSchema.parse(message);
  if (request.type === 'cancel') cancelling.abort();
  else void run(request);
});

async function run(request: StartRequest): Promise<void> {
  const plugins = await loadPlugins(request.plugins);
  if (plugins.ok) await runExperiment(request, [...builtIn, ...plugins.value], emit, cancelling.signal);
  else emit({ type: 'run-finished', status: 'failed', problem: plugins.problem });
  await sent;
  // Native libraries keep threads alive, so the process would not end by itself.
  process.exit(0);
}

function emit(event: RunEvent): void {
  if (process.connected) sent = new Promise((resolve) => process.send?.(event, () => resolve()));
}
