import type { Results } from '../../protocol/results.js';

/** What a difference of rates must be for the answer to matter: 5 points of a percentage. */
export const DIFFERENCE = 0.05;
/** Of the standard normal distribution: the 97.5th percentile (a two-sided test at 5 %), and the 80th (the power). */
const [Z_TEST, Z_POWER] = [1.959963984540054, 0.8416212335729143];

/** So many queries a comparison needs, and how many of them are expected to be discordant. */
export interface QueriesNeeded {
  readonly queries: number;
  readonly discordance: number;
  /** What that share was taken from. */
  readonly from: string;
}

/**
 * Queries that McNemar's test needs to see a difference with 80 % power at 5 %, where a share of them is discordant:
 * (z₀.₉₇₅ √ψ + z₀.₈ √(ψ − δ²))² / δ² (Connor, Biometrics 43, 1987), of independent queries. No fewer can be discordant
 * than differ.
 */
export function mcnemarQueries(discordance: number, difference = DIFFERENCE): number {
  const share = Math.max(discordance, difference);
  const spread = Z_TEST * Math.sqrt(share) + Z_POWER * Math.sqrt(share - difference ** 2);
  return Math.ceil((spread / difference) ** 2);
}

/** The blocks whose rates are compared, what a run is made for first. */
export const COMPARED = ['robustness', 'poison', 'accuracy'] as const;

/**
 * How many queries a difference of 5 points would need, by what a run has measured of a block: the discordance of its
 * differences, the largest of them; else that of two results as independent as can be at its rates.
 */
export function queriesNeeded(results: Results, block: (typeof COMPARED)[number]): QueriesNeeded | undefined {
  const shares = (results.differences ?? []).flatMap(({ figure, name, n, discordant }) =>
    figure.startsWith(`${block}.`) && n > 0 ? { discordance: discordant / n, from: name } : [],
  );
  const rates = block === 'accuracy' ? (results.accuracy ?? []) : [];
  const independent = rates.flatMap(({ model, top }) => {
    const rate = Object.values(top)[0]?.rate;
    return typeof rate === 'number' ? { discordance: 2 * rate * (1 - rate), from: `the rate of ${model}` } : [];
  });
  const [most] = (shares.length > 0 ? shares : independent).sort((a, b) => b.discordance - a.discordance);
  return most && { ...most, queries: mcnemarQueries(most.discordance) };
}
