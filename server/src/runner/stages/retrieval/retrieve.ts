import type { Results } from '../../../protocol/results.js';
import type { ExperimentSpec } from '../../../stages/spec.js';
import { meanOf } from '../../../statistics/percentile.js';
import type { Images } from '../list-images.js';
import type { QueryVersion } from '../query-version.js';
import type { SetNeighbours } from '../search-others.js';

export type RetrieveSpec = NonNullable<ExperimentSpec['retrieve']>;
type RetrieveResult = NonNullable<Results['retrieve']>;

/** What the engine returned for the queries as one version. */
export interface RetrievedVersion {
  readonly version: QueryVersion;
  /** Places in `Retrieved.searched` of what was found, a row a query. */
  readonly found: SetNeighbours;
  /** How many results each query got, those among them that could not be fetched. */
  readonly returned: readonly number[];
  /** Near-duplicates that were left out. */
  readonly merged: number;
}

export interface Retrieved {
  readonly spec: RetrieveSpec;
  /** The images that results are places of: the gallery, or what a service gave. */
  readonly searched: Images;
  /** The originals first. */
  readonly versions: readonly RetrievedVersion[];
  readonly cached: boolean;
  /**
   * What is found by images at places of `searched`, each for a query at a position, whose own photographs are left
   * out; the engine is asked as for the query. Absent where that is not here.
   */
  again?(asked: readonly { readonly position: number; readonly place: number }[]): Promise<SetNeighbours>;
}

export function retrieveResult({ spec, versions }: Retrieved): RetrieveResult {
  const returned = versions.map((version) => [version.version.name, returnedOf(version)]);
  return { use: spec.use, model: spec.model, requested: spec.results, returned: Object.fromEntries(returned) };
}

function returnedOf({ returned, merged }: RetrievedVersion): RetrieveResult['returned'][string] {
  return {
    total: returned.reduce((sum, count) => sum + count, 0),
    mean: meanOf(returned),
    min: returned.length === 0 ? null : returned.reduce((least, count) => Math.min(least, count)),
    merged,
  };
}
