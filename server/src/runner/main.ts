import { readExperiment } from '../experiment/read.js';
import { plugins as builtIn } from '../plugins/registry.js';
import { loadPlugins } from '../plugins/third-party.js';
import { fail } from '../protocol/errors.js';
import {
  type PlanAnswer,
  type PlanRequest,
  type RunEvent,
  runnerRequestSchema,
  type StartRequest,
} from '../protocol/runner.js';
import { ParentChannel } from './parent-channel.js';
import { planRun } from './plan.js';
import { runExperiment } from './run-experiment.js';

/*
 * The runner's process: one run, then it ends. Its parent sends `start`, and perhaps `cancel`; it answers with
 * events. Or it sends `plan`, which is answered once: listing a data set is too much for a server. Without its parent it stops at the next batch, as if it were cancelled.
 */
const cancelling = new AbortController();
const parent = new ParentChannel<RunEvent | PlanAnswer>();

// Control-C reaches the whole process group; the parent decides what it means and says so in a message.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => cancelling.abort());
process.on('message', (message) => {
  const request = runnerRequestSchema.parse(message);
  if (request.type === 'cancel') cancelling.abort();
  else if (request.type === 'plan') void plan(request);
  else void run(request);
});

async function run(request: StartRequest): Promise<void> {
  const plugins = await loadPlugins(request.plugins);
  if (plugins.ok) await runExperiment(request, [...builtIn, ...plugins.value], parent.emit, cancelling.signal);
  else parent.emit({ type: 'run-finished', status: 'failed', problem: plugins.problem });
  await parent.leave();
}

async function plan({ file, text, home, workspaceFolder, device, plugins: paths }: PlanRequest): Promise<void> {
  const extra = await loadPlugins(paths);
  const plugins = [...builtIn, ...(extra.ok ? extra.value : [])];
  const { spec } = readExperiment(text, { file, workspaceFolder, env: process.env, plugins });
  const planned = spec ? await planRun(spec, plugins, home, device) : fail('spec-invalid', `${file} has an error`);
  parent.emit(
    planned.ok ? { type: 'planned', planned: planned.value } : { type: 'not-planned', problem: planned.problem },
  );
  await parent.leave();
}
