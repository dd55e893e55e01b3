import { once } from 'node:events';
import type { Plugin } from '../plugins/declare.js';
import type { Problem } from '../protocol/errors.js';
import type { ServeEvent, ServeRequest } from '../protocol/serve.js';
import { Halt, problemOf, unwrap } from '../runner/halt.js';
import { openContext } from '../runner/open-context.js';
import { readRequested } from '../runner/read-requested.js';
import { missingPermission } from '../spec/plugin-uses.js';
import type { ExperimentSpec } from '../spec/types.js';
import { exposureProblem } from './addresses.js';
import { openIndices } from './open-indices.js';
import { routesOf } from './routes.js';
import { SearchServer } from './search-server.js';
import { SearchTimes } from './search-times.js';
import type { ServedIndex } from './served-index.js';

/** Serves an experiment's images until the signal; gives the problem where it could not, or ended for one. */
export async function serveExperiment(
  request: ServeRequest,
  plugins: readonly Plugin[],
  emit: (event: ServeEvent) => void,
  signal: AbortSignal,
): Promise<Problem | undefined> {
  try {
    const spec = readRequested(request, plugins);
    requirePermissions(request, spec, plugins);
    await serve(request, spec, plugins, emit, signal);
  } catch (error) {
    if (signal.aborted) return undefined;
    const problem = problemOf(error);
    if (!problem) throw error;
    return problem;
  }
}

/** What is served is embedded and searched alone: what would be perturbed or sent elsewhere needs no yes. */
function requirePermissions(request: ServeRequest, spec: ExperimentSpec, plugins: readonly Plugin[]): void {
  const { dataset, gallery, embed, index } = spec;
  const problem =
    missingPermission({ dataset, gallery, embed, index }, plugins, request.allow) ?? exposureProblem(request);
  if (problem) throw new Halt(problem);
}

/** The port is taken first, so that one that is not free is known before the images are embedded. */
async function serve(
  request: ServeRequest,
  spec: ExperimentSpec,
  plugins: readonly Plugin[],
  emit: (event: ServeEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const server = unwrap(await SearchServer.listen(request));
  let indices: readonly ServedIndex[] = [];
  try {
    const { home, threads } = request;
    const given = { plugins, home, threads, signal, emit, skip: () => undefined };
    const context = await openContext({ ...given, folder: home, useCache: true });
    const times = new SearchTimes();
    indices = await openIndices(context, spec, times);
    server.open(routesOf(indices, times));
    emit({ type: 'serving', address: server.address, indices: indices.map(({ facts }) => facts) });
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    await server.close();
    for (const index of indices) await index.close();
  }
}
