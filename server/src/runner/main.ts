import { readExperiment } from '../experiment/read.js';
import { plugins as builtIn } from '../plugins/registry.js';
import { loadPlugins } from '../plugins/third-party.js';
import { fail } from '../protocol/errors.js';
import { type PlanAnswer, type PlanRequest, planRequestSchema } from '../protocol/runner.js';
import { readRequest } from '../store/run-folder/control-files.js';
import { keepLogShort, keepPrivate, ParentChannel } from './parent-channel.js';
import { planRuns, together } from './planning/plan.js';
import { RunJournal } from './progress/run-journal.js';
import { wordOfEnd } from './progress/word-of-end.js';
import { endedUnread, runExperiment } from './run-experiment.js';

/*
 * The runner's process. With a run's folder as its argument it runs what the request in it says, and speaks and listens
 * by the folder's files alone: nobody need be there. Without one it answers one message, `plan`, to the process that
 * started it, since listing a data set is too much for a server; it stops without that process.
 */
keepPrivate();
keepLogShort();
const [folder] = process.argv.slice(2);
if (folder !== undefined) await run(folder);
else process.once('message', (message) => void plan(planRequestSchema.parse(message)));
if (folder === undefined) process.once('disconnect', () => process.exit());

async function run(folder: string): Promise<never> {
  const request = readRequest(folder);
  const journal = new RunJournal(folder, request);
  const signal = wordOfEnd(folder, request.stopWith);
  const plugins = await loadPlugins(request.plugins);
  if (plugins.ok) await runExperiment({ request, folder, plugins: [...builtIn, ...plugins.value], journal, signal });
  else await endedUnread(journal, plugins.problem);
  // Native libraries keep threads alive, so the process would not end by itself.
  process.exit(0);
}

async function plan({ file, text, home, workspaceFolder, device, plugins: paths }: PlanRequest): Promise<void> {
  const parent = new ParentChannel<PlanAnswer>();
  const extra = await loadPlugins(paths);
  const plugins = [...builtIn, ...(extra.ok ? extra.value : [])];
  const { spec, matrix } = readExperiment(text, { file, workspaceFolder, env: process.env, plugins });
  const specs = matrix ? matrix.variants.flatMap((variant) => variant.spec ?? []) : spec ? [spec] : [];
  const planned = spec ? await planRuns(specs, plugins, home, device) : fail('spec-invalid', `${file} has an error`);
  parent.emit(
    planned.ok
      ? { type: 'planned', planned: matrix ? together(planned.value) : planned.value.flat() }
      : { type: 'not-planned', problem: planned.problem },
  );
  await parent.leave();
}
