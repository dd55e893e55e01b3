import { THRESHOLD_FORMS, type VerifierDistances } from '../../protocol/runs/verifier-distances.js';
import { writeVerifierFiles } from '../../store/run-folder/verifier-files.js';
import type { JudgedQuery } from '../figures/robustness.js';
import type { Findings } from '../results/findings.js';
import { ORIGINAL } from '../stages/query-version.js';

/** Writes the distances that the verifier decides by, once there is a threshold. */
export async function writeVerifierDistances(folder: string, findings: Findings): Promise<void> {
  const { thresholds, genuine, strangers, queries, robustness, retrieved } = findings;
  if (!thresholds || !genuine || !strangers || !queries) return;
  const { spec } = thresholds;
  const form = THRESHOLD_FORMS.find((one) => spec[one] !== undefined) ?? 'percentile';
  const versions = robustness ? (retrieved?.versions ?? []).map(({ version }) => version.name) : [];
  const minValid = robustness?.result.minValid ?? null;
  const judged = robustness?.judged ?? [];
  const rows = [
    ...(minValid === null ? [] : [Float64Array.from(judged, (query) => neededBy(query, minValid))]),
    ...versions.map((version) => Float64Array.from(judged, (query) => nearestOf(query, version))),
  ];
  const about: VerifierDistances = {
    ...{ model: spec.model, unit: spec.unit, queries: queries.length, form, value: spec[form] ?? 0 },
    ...{ minValid, versions, together: robustness?.result.all.versions ?? [] },
    ...{ strangers: strangers.distances, steps: thresholds.steps },
  };
  await writeVerifierFiles(folder, about, { judged: rows, genuine });
}

/** From which threshold on so many results are valid; not a number where the query cannot be judged. */
function neededBy({ original }: JudgedQuery, minValid: number): number {
  if (!original) return Number.NaN;
  return minValid === 0 ? 0 : (original.nearest[minValid - 1] ?? Number.POSITIVE_INFINITY);
}

function nearestOf(query: JudgedQuery, version: string): number {
  const result = version === ORIGINAL ? query.original : query.perturbed[version];
  return result ? (result.nearest[0] ?? Number.POSITIVE_INFINITY) : Number.NaN;
}
