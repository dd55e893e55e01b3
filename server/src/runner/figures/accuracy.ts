import type { AccuracyResult, Hits } from '../../protocol/results.js';
import { countedRate } from '../../statistics/identity-bootstrap.js';
import { rateOf } from '../../statistics/proportion.js';

/** One query of the accuracy experiment (paper §2.1). */
export interface AccuracyQuery {
  /** Identities of its nearest images, its own photograph and copies left out, best first; null where none is known. */
  readonly found: readonly (string | null)[];
  readonly identity: string;
  /** Whether the model gave it an embedding. */
  readonly embedded: boolean;
  /** Whether another photograph of the same identity, and no copy, has an embedding. */
  readonly paired: boolean;
}

/** Whether any of the `top` nearest is of the query's identity (paper §2.1; top-5 are ranks 2 to 6). */
export function isHit(query: AccuracyQuery, top: number): boolean {
  return query.found.slice(0, top).includes(query.identity);
}

export function topHits(queries: readonly AccuracyQuery[], top: number): Hits {
  const embedded = queries.filter((query) => query.embedded);
  const paired = embedded.filter((query) => query.paired);
  const { count: hits, ...rate } = countedRate(
    embedded.map((query) => ({ identity: query.identity, hit: isHit(query, top) })),
  );
  return {
    hits,
    ...rate,
    rateAll: rateOf(hits, queries.length),
    ratePaired: rateOf(countHits(paired, top), paired.length),
  };
}

function countHits(queries: readonly AccuracyQuery[], top: number): number {
  return queries.filter((query) => isHit(query, top)).length;
}

/** Top-k accuracy for each of `tops`. */
export function accuracyAt(queries: readonly AccuracyQuery[], tops: readonly number[]): AccuracyResult['top'] {
  return Object.fromEntries(tops.map((top) => [String(top), topHits(queries, top)]));
}
