import { itemAt } from '../../protocol/item-at.js';
import type { Findings } from '../results/findings.js';
import type { PerturbedVersion } from '../stages/perturbing/poison.js';
import type { QueryView } from './query-view.js';

/** How far each query was moved, and whether its nearest original is still of its identity, by the judging model. */
export function perturbationViews({ perturbed = [], countered = [] }: Findings): QueryView[] {
  return [...perturbed, ...countered].flatMap((version) => (version.use.target === 'query' ? viewOf(version) : []));
}

type MadeVersion = Pick<PerturbedVersion, 'name' | 'judge' | 'set' | 'positions' | 'judged' | 'files'> &
  Partial<Pick<PerturbedVersion, 'made'>>;

function viewOf({ name, judge, set, positions, judged, files, made }: MadeVersion): QueryView[] {
  if (judge === undefined) return [];
  const placeOf = new Map(positions.map((position, n) => [position, n]));
  const at = (position: number) => {
    const place = placeOf.get(position);
    if (place === undefined) return { shift: null, hits: null, file: null, hash: null };
    const { shift, hit } = itemAt(judged, place);
    return {
      shift,
      hits: hit === null ? null : { 1: hit },
      file: itemAt(files, place),
      hash: itemAt(set.images, place).hash,
      visibility: made && itemAt(made, place).visibility,
    };
  };
  return [{ model: judge, version: name, at }];
}
