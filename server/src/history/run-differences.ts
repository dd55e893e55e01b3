import type { Results } from '../protocol/results.js';
import { holm, type PairedDifference, pairedBy, pairedDifference } from '../runner/figures/differences.js';
import { followPath } from '../stages/figures.js';
import type { QueryRecord } from '../store/run-folder/query-record.js';

/** A run with the records of its queries, `queries.jsonl`. */
export interface RunQueries {
  readonly results: Results;
  readonly queries: readonly QueryRecord[];
}

/** How a run's figure differs from the first run's; `pByIdentity` is adjusted for how many runs are compared with it. */
export interface RunDifference extends PairedDifference {
  readonly pHolm: number | null;
  readonly pByIdentityAlone: number | null;
}

/**
 * Each run with the first, by a figure of theirs, on the queries that both have under one id and identity, and of which
 * both say something. Undefined of a figure that is not a share of queries: `accuracy.MODEL.topN`, `poison.NAME.top1` and
 * `robustness.withValid.VERSION` are.
 */
export function runDifferences(path: readonly string[], runs: readonly RunQueries[]): RunDifference[] | undefined {
  const [first, ...others] = runs.map(({ results, queries }) => ({ queries, outcome: outcomeOf(path, results) }));
  if (!first?.outcome || others.some(({ outcome }) => !outcome)) return undefined;
  const compared = others.map(({ queries, outcome }) =>
    pairedDifference(
      pairedBy(first.queries, queries, (query, side) => (side === 'a' ? first.outcome : outcome)?.(query) ?? null),
    ),
  );
  const [pHolm, pByIdentity] = [holm(compared.map(({ p }) => p)), holm(compared.map((one) => one.pByIdentity))];
  return compared.map((one, n) => ({
    ...one,
    pHolm: pHolm[n] ?? null,
    pByIdentity: pByIdentity[n] ?? null,
    pByIdentityAlone: one.pByIdentity,
  }));
}

type OutcomeOf = (query: QueryRecord) => boolean | null;

function outcomeOf(written: readonly string[], results: Results): OutcomeOf | undefined {
  const [block, ...rest] = followPath(written).path;
  const [name = '', figure, depth = ''] = rest;
  if (block === 'accuracy' && figure === 'top') {
    return ({ models }) => models[name]?.original?.hits?.[depth] ?? null;
  }
  if (block === 'poison' && figure === 'top1') {
    const judge = results.threshold?.model ?? '';
    return ({ models }) => models[judge]?.[name]?.hits?.['1'] ?? null;
  }
  if (block !== 'robustness' || name !== 'withValid' || figure === undefined || rest.length > 2) return undefined;
  const { retrieve, robustness } = results;
  return ({ models }) => {
    const versions = models[retrieve?.model ?? ''];
    const isEligible = (versions?.original?.valid ?? -1) >= (robustness?.minValid ?? Number.POSITIVE_INFINITY);
    const valid = versions?.[figure]?.valid;
    return isEligible && typeof valid === 'number' ? valid > 0 : null;
  };
}
