import type { Results } from '../../protocol/results.js';
import { countedRate } from './identity-bootstrap.js';
import { rateOf } from './proportion.js';

/** What of one search's results is valid: near enough, by the judging model, to the query's original. */
export interface ValidResults {
  readonly valid: number;
  /** Places of the valid ones in the search's results, from 0. */
  readonly validAt: readonly number[];
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
  /** Valid results that an impostor's photograph finds, by this query's own measure; null without an impostor. */
  readonly control: number | null;
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
  const eligible = queries.filter(({ original }) => original !== null && original.valid >= minValid);
  const versions = ['original', ...names];
  const of = (name: string) => eligible.map((query) => (name === 'original' ? query.original : versionOf(query, name)));
  return {
    queries: queries.length,
    minValid,
    eligible: eligible.length,
    withValid: Object.fromEntries(versions.map((name) => [name, withValid(eligible, of(name))])),
    all: allOf(eligible, made),
    control: controlOf(eligible),
  };
}

function versionOf({ perturbed }: JudgedQuery, name: string): ValidResults | null {
  const judged = perturbed[name];
  if (judged === undefined) throw new Error(`No query was judged as ${name}`);
  return judged;
}

function withValid(
  queries: readonly JudgedQuery[],
  results: readonly (ValidResults | null)[],
): RobustnessResult['withValid'][string] {
  const judged = results.filter((result) => result !== null);
  const rate = countedRate(
    queries.flatMap(({ identity }, n) => (results[n] ? { identity, hit: results[n].valid > 0 } : [])),
  );
  const sum = (part: 'labelled' | 'right') => judged.reduce((total, result) => total + result[part], 0);
  return {
    ...rate,
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

function controlOf(eligible: readonly JudgedQuery[]): RobustnessResult['control'] {
  const controls = eligible.flatMap(({ control }) => control ?? []);
  const count = controls.filter((valid) => valid > 0).length;
  return { count, of: controls.length, rate: rateOf(count, controls.length) };
}
