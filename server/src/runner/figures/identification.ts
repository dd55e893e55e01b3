import type { IdentificationResult } from '../../protocol/results.js';
import { countedRate } from '../../statistics/identity-bootstrap.js';
import { rateOf } from '../../statistics/proportion.js';
import { mostMatches } from './verification.js';

/** The CMC curve is given up to this rank. */
const CURVE_RANKS = 100;

/** What a search for a photograph of an enrolled identity found. */
export interface KnownProbe {
  /** A number of its identity. */
  readonly identity: number;
  /** The least distance to an enrolled image of its identity. */
  readonly mate: number;
  /** 1 where no other identity is as near; identities as near as the mate come before it. */
  readonly rank: number;
}

export interface Searches {
  readonly known: readonly KnownProbe[];
  /** Of each probe of nobody who is enrolled: the least distance to any enrolled image. */
  readonly unknown: readonly number[];
  /** Enrolled identities. */
  readonly enrolled: number;
  /** Probes of identities that were to be enrolled, which could not be searched for or whose identity was not. */
  readonly missed: number;
}

export type IdentificationFigures = Pick<IdentificationResult, 'cmc' | 'at' | 'curve'>;

/**
 * Closed set: of known probes the share whose identity is among so many nearest. Open set: the share of them whose
 * identity is not within the threshold at which no larger share of unknown probes match anybody than was asked for
 * (ISO/IEC 19795-1; Grother, Ngan and Hanaoka, NISTIR 8271). Without unknown probes there is no open set.
 */
export function identificationOf(
  searches: Searches,
  { ranks, fpir }: { readonly ranks: readonly number[]; readonly fpir: readonly number[] },
): IdentificationFigures {
  const { known, unknown, enrolled, missed } = searches;
  const all = known.length + missed;
  const foundAt = (rank: number) => counted(known, (probe) => probe.rank <= rank);
  const cmc = ranks.map((rank) => {
    const found = foundAt(rank);
    return [String(rank), { ...found, rateAll: rateOf(found.count, all) }];
  });
  const lengths = Array.from({ length: Math.min(CURVE_RANKS, enrolled) }, (_, n) => n + 1);
  const perRank = new Float64Array(CURVE_RANKS + 1);
  for (const { rank } of known) if (rank <= CURVE_RANKS) perRank[rank]! += 1;
  let sum = 0;
  const curve = lengths.map((rank) => {
    sum += perRank[rank]!;
    return sum / known.length;
  });
  const nearest = Float64Array.from(unknown).sort();
  const at = nearest.length === 0 ? [] : fpir.map((rate) => operatingPoint(rate, nearest, known, missed));
  return { cmc: Object.fromEntries(cmc), at, curve };
}

/** The threshold is the largest distance below that of the first unknown probe too many. */
function operatingPoint(
  fpir: number,
  nearest: Float64Array,
  known: readonly KnownProbe[],
  missed: number,
): IdentificationResult['at'][number] {
  const limit = nearest[mostMatches(fpir, nearest.length)]!;
  const matching = nearest.findIndex((distance) => distance >= limit);
  let threshold = matching > 0 ? nearest[matching - 1]! : -1;
  for (const { mate } of known) if (mate < limit && mate > threshold) threshold = mate;
  if (threshold < 0) {
    const nothing = { rate: null, ci95: null, ci95ByIdentity: null, byIdentity: null };
    const fnir = { count: 0, of: known.length, ...nothing };
    return { fpir, threshold: null, actualFpir: null, fnir, fnirAll: null };
  }
  const fnir = counted(known, ({ mate }) => mate > threshold);
  const fnirAll = rateOf(fnir.count + missed, known.length + missed);
  return { fpir, threshold, actualFpir: matching / nearest.length, fnir, fnirAll };
}

/** How many of the probes, with intervals. */
function counted(known: readonly KnownProbe[], isCounted: (probe: KnownProbe) => boolean) {
  return countedRate(known.map((probe) => ({ identity: String(probe.identity), hit: isCounted(probe) })));
}
