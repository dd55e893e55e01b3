import type { RunStates } from '../../server/src/language/run-states.js';
import type { Results } from '../../server/src/protocol/results.js';

/** The state of a server that knows one run, whose results are these. */
export function knownRun(results: Results, stale = false): RunStates {
  const run = { folder: '/runs/example', measuredAt: '2026-01-31T14:05:00.000Z', stale };
  return {
    of: () => ({
      results,
      planned: [],
      measured(_, pick) {
        const value = pick(results);
        return value === undefined ? undefined : { value, ...run };
      },
    }),
  };
}
