import { itemAt } from '../../protocol/item-at.js';
import type { Results } from '../../protocol/results.js';
import {
  bootstrapInterval,
  countedRate,
  countsByIdentity,
  identityInterval,
} from '../../statistics/identity-bootstrap.js';
import { meanOf } from '../../statistics/percentile.js';
import { rateOf } from '../../statistics/proportion.js';
import type { ControlCount } from './control.js';

/** What of one search's results is valid: near enough, by the judging model, to the query's original. */
export interface ValidResults {
  readonly valid: number;
  /** Places of the valid ones in the search's results, from 0. */
  readonly validAt: readonly number[];
  /**
   * From the query's original to the nearest face of each result, by the judging model in the threshold's unit, to seven
   * digits; null for the query's own photograph, and where the model finds no face.
   */
  readonly judgedDistances: readonly (number | null)[];
  /** The least of these distances in full, ascending: all of an original's, the first of any other version's. */
  readonly nearest: readonly number[];
  /** Valid results whose identity is known, and those of them that are of the query's. */
  readonly labelled: number;
  readonly right: number;
}

/** One query, judged. A version is null where it could not be searched, or has lost its face. */
export interface JudgedQuery {
  /** Whose photograph it is; null where that is unknown. */
  readonly identity: string | null;
  /** Null where the query has no threshold or no embedding. */
  readonly original: ValidResults | null;
  /** By perturbation. */
  readonly perturbed: Readonly<Record<string, ValidResults | null>>;
  /** Strangers, and those who find something valid by this query's own measure; null where there is none. */
  readonly control: ControlCount | null;
}

export type RobustnessResult = NonNullable<Results['robustness']>;

/**
 * How many queries still find their person as each version, of those whose original does (paper §2.2). `made` names the
 * versions of which there is any image: what was never there hides nobody, and is no part of "all of them".
 */
export function robustnessOf(
  queries: readonly JudgedQuery[],
  names: readonly string[],
  minValid: number,
  made: readonly string[] = names,
): RobustnessResult {
  const eligible = queries.filter((query) => isEligible(query, minValid));
  const versions = ['original', ...names];
  const control = controlRate(eligible);
  const isLabelled = queries.some((query) => versions.some((name) => (resultOf(query, name)?.labelled ?? 0) > 0));
  const of = (name: string) => eligible.map((query) => resultOf(query, name));
  return {
    queries: queries.length,
    minValid,
    eligible: eligible.length,
    withValid: Object.fromEntries(
      versions.map((name) => [name, withValid(eligible, of(name), control.rate, isLabelled)]),
    ),
    all: allOf(eligible, made),
    control,
  };
}

/** Whether a query counts: its original finds so many valid results. */
export function isEligible({ original }: JudgedQuery, minValid: number): boolean {
  return original !== null && original.valid >= minValid;
}

type Tracker = NonNullable<RobustnessResult['trackers']>[string];

/** What a tracker came to for one version of a query. */
export interface Tracked {
  /** Of everything that it found. */
  readonly result: ValidResults;
  /** Other photographs of the person in what is searched. */
  readonly mates: number;
  readonly rounds: number;
  /** It found something new in the last round that it was allowed. */
  readonly isCut: boolean;
}

/**
 * The figures of a tracker over eligible queries; `tracked` holds, by version and query, what it came to where that
 * version could be judged. Whoever finds nothing has nothing to search with again: the rate and its control are those of one
 * search.
 */
export function trackerOf(
  eligible: readonly JudgedQuery[],
  tracked: ReadonlyMap<string, readonly (Tracked | null)[]>,
  plain: RobustnessResult,
): Tracker {
  const isLabelled = [...tracked.values()].flat().some((one) => (one?.result.labelled ?? 0) > 0);
  const versions = [...tracked].map(([name, all]) => {
    const results = all.map((one) => one?.result ?? null);
    const judged = all.filter((one) => one !== null);
    const reached = all.flatMap((one, n) =>
      one
        ? Array.from({ length: one.mates }, (_, mate) => ({
            identity: itemAt(eligible, n).identity,
            hit: mate < one.result.right,
          }))
        : [],
    );
    return [
      name,
      {
        ...withValid(eligible, results, plain.control.rate, isLabelled),
        whiteBox: plain.withValid[name]?.whiteBox,
        meanValid: meanOf(judged.map(({ result }) => result.valid)),
        reached: countedRate(reached),
        rounds: judged.reduce((most, { rounds }) => Math.max(most, rounds), 0),
        cut: judged.filter(({ isCut }) => isCut).length,
      },
    ];
  });
  return { withValid: Object.fromEntries(versions) };
}

function resultOf(query: JudgedQuery, name: string): ValidResults | null {
  return name === 'original' ? query.original : versionOf(query, name);
}

function versionOf({ perturbed }: JudgedQuery, name: string): ValidResults | null {
  const judged = perturbed[name];
  if (judged === undefined) throw new Error(`No query was judged as ${name}`);
  return judged;
}

function withValid(
  queries: readonly JudgedQuery[],
  results: readonly (ValidResults | null)[],
  control: number | null,
  isLabelled: boolean,
): RobustnessResult['withValid'][string] {
  const judged = results.filter((result) => result !== null);
  const outcomes = (isHit: (result: ValidResults) => boolean) =>
    queries.flatMap(({ identity }, n) => (results[n] ? { identity, hit: isHit(results[n]) } : []));
  const rate = countedRate(outcomes(({ valid }) => valid > 0));
  const { rate: rightPerson, ...rightPersonCounted } = countedRate(outcomes(({ right }) => right > 0));
  const sum = (part: 'labelled' | 'right') => judged.reduce((total, result) => total + result[part], 0);
  return {
    ...rate,
    excess: rate.rate === null || control === null ? null : rate.rate - control,
    excessCi95ByIdentity: excessInterval(queries, results),
    rightPerson: isLabelled ? rightPerson : null,
    rightPersonCounted: isLabelled ? rightPersonCounted : undefined,
    precision: rateOf(sum('right'), sum('labelled')),
    ofAll: results.length,
    rateAll: rateOf(rate.count, results.length),
    apart: results.length - judged.length,
  };
}

/** Queries that every perturbation leaves findable, of those that every perturbation could be judged on. */
function allOf(eligible: readonly JudgedQuery[], names: readonly string[]): RobustnessResult['all'] {
  const outcomes = eligible.flatMap((query) => {
    const judged = names.map((name) => versionOf(query, name));
    if (judged.length === 0 || judged.includes(null)) return [];
    return { identity: query.identity, hit: judged.every((result) => result !== null && result.valid > 0) };
  });
  return { ...countedRate(outcomes), versions: [...names] };
}

/** The mean over queries of the share of strangers, each query counting as one. */
function controlRate(eligible: readonly JudgedQuery[]): RobustnessResult['control'] {
  const shares = eligible.flatMap(({ identity, control }) => (control ? { identity, hit: shareOf(control) } : []));
  const total = shares.reduce((sum, { hit }) => sum + hit, 0);
  const counts = countsByIdentity(shares);
  return {
    of: shares.length,
    strangers: eligible.reduce((sum, { control }) => sum + (control?.of ?? 0), 0),
    rate: rateOf(total, shares.length),
    ...identityInterval(counts ?? []),
  };
}

function shareOf({ count, of }: ControlCount): number {
  return count / of;
}

/** Of the rate of a version less the control: both move with the identities that are drawn. */
function excessInterval(queries: readonly JudgedQuery[], results: readonly (ValidResults | null)[]) {
  const people = new Map<string, { found: number; judged: number; control: number; controlled: number }>();
  for (const [n, { identity, control }] of queries.entries()) {
    if (identity === null) return null;
    const own = people.get(identity) ?? { found: 0, judged: 0, control: 0, controlled: 0 };
    people.set(identity, own);
    const result = results[n];
    own.found += result && result.valid > 0 ? 1 : 0;
    own.judged += result ? 1 : 0;
    own.control += control ? shareOf(control) : 0;
    own.controlled += control ? 1 : 0;
  }
  const all = [...people.values()];
  return bootstrapInterval(all.length, (drawn) => {
    let [found, judged, control, controlled] = [0, 0, 0, 0];
    for (const n of drawn) {
      const one = all[n]!;
      found += one.found;
      judged += one.judged;
      control += one.control;
      controlled += one.controlled;
    }
    return judged === 0 || controlled === 0 ? null : found / judged - control / controlled;
  });
}
