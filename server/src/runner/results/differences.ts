import { itemAt } from '../../protocol/item-at.js';
import type { ResultBlocks } from '../../protocol/results.js';
import { holm, type PairedOutcome, pairedDifference } from '../../statistics/differences.js';
import { isHit } from '../figures/accuracy.js';
import type { ModelAccuracy } from '../stages/measuring/measure-accuracy.js';
import type { PerturbedVersion } from '../stages/perturbing/poison.js';
import { ORIGINAL } from '../stages/query-version.js';
import type { Robustness } from '../stages/retrieval/measure-robustness.js';
import type { Findings } from './findings.js';

interface Compared {
  readonly name: string;
  readonly figure: string;
  readonly a: string;
  readonly b: string;
  readonly outcomes: readonly PairedOutcome[];
}

/**
 * How the rates that a run has measured so far differ on the same queries; undefined where it compares nothing. P-values are
 * adjusted for as many differences as there are.
 */
export function differencesOf({ accuracy = [], perturbed = [], robustness }: Findings): ResultBlocks['differences'] {
  const compared = [
    ...ofModels(accuracy),
    ...perturbed.flatMap(ofNearest),
    ...(robustness ? ofFound(robustness) : []),
  ].map(({ outcomes, ...names }) => ({ ...names, ...pairedDifference(outcomes) }));
  if (compared.length === 0) return undefined;
  const pHolm = holm(compared.map(({ p }) => p));
  const byIdentity = holm(compared.map(({ pByIdentity }) => pByIdentity));
  return compared.map(({ pByIdentity, ...one }, n) => ({
    ...one,
    pHolm: itemAt(pHolm, n),
    pByIdentity: itemAt(byIdentity, n),
    pByIdentityAlone: pByIdentity,
  }));
}

/** Each model with the first, at top-1, on queries that both embed. */
function ofModels([first, ...others]: readonly ModelAccuracy[]): Compared[] {
  return others.map((other) => {
    const name = other.result.model;
    const outcomes = (first?.queries ?? []).flatMap((query, n) => {
      const same = itemAt(other.queries, n);
      return query.embedded && same.embedded ? { identity: query.identity, a: isHit(query, 1), b: isHit(same, 1) } : [];
    });
    return { name: `accuracy/${name}`, figure: 'accuracy.top1', a: first?.result.model ?? '', b: name, outcomes };
  });
}

/** Whether the nearest photograph shows the person, before and after a perturbation of the query. */
function ofNearest({ use: { name, target }, judge, judged, set }: PerturbedVersion): Compared[] {
  if (target !== 'query' || judge === undefined) return [];
  const outcomes = judged.flatMap(({ hit, hitBefore }, n) =>
    hit === null || hitBefore === null ? [] : { identity: itemAt(set.images, n).identity, a: hitBefore, b: hit },
  );
  return [{ name: `poison/${name}`, figure: 'poison.top1', a: ORIGINAL, b: name, outcomes }];
}

/** Whether an eligible query still finds its person, as each version. */
function ofFound({ judged, result: { withValid, minValid } }: Robustness): Compared[] {
  const versions = Object.keys(withValid).filter((version) => version !== ORIGINAL);
  return versions.map((version) => {
    const outcomes = judged.flatMap(({ identity, original, perturbed }) => {
      const found = perturbed[version];
      if (!original || !found || original.valid < minValid) return [];
      return { identity, a: original.valid > 0, b: found.valid > 0 };
    });
    return { name: `robustness/${version}`, figure: 'robustness.withValid', a: ORIGINAL, b: version, outcomes };
  });
}
