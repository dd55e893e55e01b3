import { missingPermission } from '../experiment/plugin-uses.js';
import type { Plugin } from '../plugins/declare.js';
import type { Problem } from '../protocol/errors.js';
import type { ServeWork } from '../protocol/searching/serve.js';
import type { RunContext } from '../runner/context.js';
import { Halt, problemOf } from '../runner/halt.js';
import { openContext, warnOfDamage } from '../runner/open-context.js';
import { readRequested } from '../runner/read-requested.js';
import { openFolder } from '../search/folder/open-folder.js';
import type { WorkMeans } from '../search/means.js';
import { openIndices } from '../search/open-indices.js';
import type { ExperimentSpec } from '../stages/spec.js';
import { exportEmbeddings } from './export-embeddings.js';
import { serveIndices } from './serve-indices.js';

/** Serves until the signal, or exports; gives the problem where it could not, or ended for one. */
export async function doWork(request: ServeWork, means: WorkMeans): Promise<Problem | undefined> {
  try {
    await begin(request, means);
  } catch (error) {
    if (means.signal.aborted) return undefined;
    const problem = problemOf(error);
    if (!problem) throw error;
    return problem;
  }
}

async function begin(request: ServeWork, means: WorkMeans): Promise<void> {
  if (request.type === 'serve-folder') {
    return serveIndices(request, means, async (times) => [
      await openFolder(await contextOf(request, means), request, times),
    ]);
  }
  const spec = readRequested(request, means.plugins);
  requirePermissions(request, spec, means.plugins);
  if (request.type === 'export') return exportEmbeddings(await contextOf(request, means), spec, request, means.emit);
  return serveIndices(request, means, async (times) => openIndices(await contextOf(request, means), spec, times));
}

function contextOf({ home, threads, device }: ServeWork, means: WorkMeans): Promise<RunContext> {
  warnOfDamage((problem) => means.emit({ type: 'warning', problem }));
  return openContext({ ...means, home, threads, device, skip: () => undefined, folder: home, useCache: true });
}

/** What is served is embedded and searched alone: what would be perturbed or sent elsewhere needs no yes. */
function requirePermissions({ allow }: ServeWork, spec: ExperimentSpec, plugins: readonly Plugin[]): void {
  const { dataset, gallery, embed, index } = spec;
  const problem = missingPermission({ dataset, gallery, embed, index }, plugins, allow);
  if (problem) throw new Halt(problem);
}
