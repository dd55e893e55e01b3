import { once } from 'node:events';
import type { ServeFolderRequest, ServeRequest } from '../protocol/searching/serve.js';
import { Halt, unwrap } from '../runner/halt.js';
import type { WorkMeans } from '../search/means.js';
import { SearchTimes } from '../search/search-times.js';
import type { ServedIndex } from '../search/served-index.js';
import { exposureProblem } from './addresses.js';
import { routesOf } from './routes.js';
import { SearchServer } from './search-server.js';

/**
 * Serves indexes until the signal. The port is taken first, so that one that is not free is known before images are
 * embedded. Throws a `Halt` with the problem where it cannot.
 */
export async function serveIndices(
  request: ServeRequest | ServeFolderRequest,
  { emit, signal }: WorkMeans,
  open: (times: SearchTimes) => Promise<readonly ServedIndex[]>,
): Promise<void> {
  const exposed = exposureProblem(request);
  if (exposed) throw new Halt(exposed);
  const server = unwrap(await SearchServer.listen(request));
  let indices: readonly ServedIndex[] = [];
  try {
    const times = new SearchTimes();
    indices = await open(times);
    server.open(routesOf(indices, times));
    emit({ type: 'serving', address: server.address, indices: indices.map(({ facts }) => facts) });
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    await server.close();
    for (const index of indices) await index.close();
  }
}
