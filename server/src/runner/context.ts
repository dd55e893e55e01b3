import type {
  ExecutorElsewhere,
  Facts,
  Family,
  FamilyInstances,
  LoadContext,
  Plugin,
  Surrogate,
  WorkContext,
} from '../plugins/declare.js';
import { noSurrogate } from '../plugins/inspection/no-surrogate.js';
import { readModelHeader } from '../plugins/model-header.js';
import type { Device } from '../protocol/choices.js';
import type { Problem, Result } from '../protocol/errors.js';
import { fail } from '../protocol/errors.js';
import type { SkippedImage } from '../protocol/results.js';
import type { RunEvent } from '../protocol/runner.js';
import type { PluginUse } from '../stages/spec.js';
import type { FileTable } from '../store/cache/file-table.js';
import type { CacheFolders } from '../store/home.js';
import { unwrap } from './halt.js';
import type { MeasuredRates } from './planning/measured-rates.js';
import { ProgressMeter } from './progress/progress.js';

/** What every stage of a run is given. */
export interface RunContext {
  readonly plugins: readonly Plugin[];
  readonly cache: CacheFolders;
  /** The run's own folder. */
  readonly folder: string;
  /** False where the cache is to be written but not read. */
  readonly useCache: boolean;
  readonly files: FileTable;
  readonly rates: MeasuredRates;
  readonly threads: number;
  /** What models that use one compute on; all else is computed on the CPU. */
  readonly device: Device;
  readonly signal: AbortSignal;
  /** What computes shards elsewhere, where the user wants that, and the modules that workers load plugins from. */
  readonly executor?: ExecutorElsewhere;
  readonly pluginPaths?: readonly string[];
  /** A scheduler has given this process cores of its own: no turns are taken. */
  readonly hasOwnCores?: boolean;
  emit(event: RunEvent): void;
  warn(problem: Problem): void;
  skip(image: SkippedImage): void;
  /** Called when a stage has added to the results before it is done: whoever looks on sees that at once. */
  partDone(): void;
}

/** What a plugin's work is given: the signal, and a meter of its own. */
export function workContext(context: RunContext, stage: string, label: string): WorkContext {
  const meter = new ProgressMeter(stage, label, (event) => context.emit(event));
  return { signal: context.signal, progress: (done, total) => meter.report(done, total) };
}

export function pluginFor<F extends Family>(context: Pick<RunContext, 'plugins'>, family: F, name: string): Plugin<F> {
  const found = context.plugins.find((plugin) => plugin.family === family && plugin.name === name);
  if (!found) return unwrap(fail('unknown-plugin', `There is no ${family} plugin named ${name}`));
  return found as unknown as Plugin<F>;
}

/** What is known of a plugin with its parameters before it is loaded. */
export function factsOf(context: Pick<RunContext, 'plugins'>, family: Family, use: PluginUse): Facts {
  return pluginFor(context, family, use.use).describe?.(use.params, readModelHeader) ?? {};
}

/** Loads a plugin, natives and all, with a private folder of its own. */
export async function loadPlugin<F extends Family>(
  context: Pick<RunContext, 'plugins' | 'cache' | 'threads' | 'device'>,
  family: F,
  use: PluginUse,
): Promise<FamilyInstances[F]> {
  return unwrap(await pluginFor(context, family, use.use).load(use.params, loadContext(context, family, use)));
}

function loadContext(
  context: Pick<RunContext, 'plugins' | 'cache' | 'threads' | 'device'>,
  family: Family,
  use: PluginUse,
): LoadContext {
  return {
    folder: context.cache.ofPlugin(family, use.use),
    threads: context.threads,
    device: context.device,
    openSurrogate: (model) => openSurrogate(context, model),
  };
}

/** A model as an attack sees it; `surrogate-unavailable` where it has no gradient to give. */
export async function openSurrogate(
  context: Pick<RunContext, 'plugins' | 'cache' | 'threads' | 'device'>,
  use: PluginUse,
): Promise<Result<Surrogate>> {
  const plugin = pluginFor(context, 'model', use.use);
  if (plugin.surrogate) return plugin.surrogate(use.params, loadContext(context, 'model', use));
  return noSurrogate(use.use);
}
