import { resolve } from 'node:path';
import { plugins as builtIn } from '../../plugins/registry.js';
import { loadPlugins } from '../../plugins/third-party.js';
import { keepPrivate } from '../../runner/parent-channel.js';
import { computePlanned, openPlan } from '../../runner/shards/compute-planned.js';
import { EXIT } from '../exit.js';
import { printProblem, say } from '../print.js';

export interface ShardArguments {
  readonly index: number;
  readonly count: number;
  readonly threads: number;
}

/**
 * `lookalike shard PLAN --index N`: computes shards of a plan in this very process, which whoever schedules it may end at
 * any time.
 */
export async function shard(path: string, { index: first, count, threads }: ShardArguments): Promise<number> {
  process.env.ORT_DISABLE_TELEMETRY = '1';
  keepPrivate();
  const wanted = { plan: resolve(path), first, count, threads };
  const plan = await openPlan(wanted);
  if (!plan.ok) return printProblem(plan.problem, EXIT.usage);
  const extra = await loadPlugins(plan.value.plugins);
  if (!extra.ok) return printProblem(extra.problem, EXIT.failed);
  const problem = await computePlanned(plan.value, [...builtIn, ...extra.value], wanted, (line) =>
    say(process.stdout, line),
  );
  return problem ? printProblem(problem, EXIT.failed) : EXIT.done;
}
