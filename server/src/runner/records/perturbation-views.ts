import type { Findings } from '../findings.js';
import type { PerturbedVersion } from '../stages/poison.js';
import type { QueryView } from './query-view.js';

/** How far each query was moved, and whether its nearest original is still of its identity, by the judging model. */
export function perturbationViews({ perturbed = [] }: Findings): QueryView[] {
  return perturbed.flatMap((version) => (version.use.target === 'query' ? viewOf(version) : []));
}

function viewOf({ use, judge, positions, judged }: PerturbedVersion): QueryView[] {
  if (judge === undefined) return [];
  const judgements = new Map(positions.map((position, n) => [position, judged[n]]));
  const at = (position: number) => {
    const { shift = null, hit = null } = judgements.get(position) ?? {};
    return { shift, hits: hit === null ? null : { 1: hit } };
  };
  return [{ model: judge, version: use.name, at }];
}
