import type { Hits } from '../protocol/results.js';

/** A rate as a percentage with two decimals, or a dash where nothing was counted. */
export function percent(rate: number | null): string {
  return rate === null ? '–' : `${(100 * rate).toFixed(2)} %`;
}

/** Wilson’s interval as percentages, or a dash where nothing was counted. */
export function interval({ ci95 }: Pick<Hits, 'ci95'>): string {
  return ci95 === null ? '–' : `${(100 * ci95[0]).toFixed(1)} – ${(100 * ci95[1]).toFixed(1)} %`;
}
