import { itemAt } from '../../protocol/item-at.js';
import type { QueryPart } from '../../store/run-folder/query-record.js';
import type { ValidResults } from '../figures/robustness.js';
import type { Findings } from '../results/findings.js';
import { ORIGINAL } from '../stages/query-version.js';
import type { RetrievedVersion } from '../stages/retrieval/retrieve.js';
import type { QueryView } from './query-view.js';

/** Where each version's results are, how many came back and how many of them are valid, by the engine's model. */
export function retrievalViews(findings: Findings): QueryView[] {
  const { retrieved } = findings;
  if (!retrieved) return [];
  return retrieved.versions.map((found) => viewOf(findings, retrieved.spec.model, found));
}

function viewOf(findings: Findings, model: string, { version, found, returned }: RetrievedVersion): QueryView {
  const { images, retrieved } = findings;
  const rows = new Map(version.positions.map((position, row) => [position, row]));
  const validOf = validByPosition(findings, version.name);
  /** An original's hits are those that accuracy has counted. */
  const hitsOf = (position: number, row: number): QueryPart => {
    const nearest = retrieved?.searched.images[found.ids[row * found.k] ?? -1]?.identity ?? null;
    const identity = images?.images[position]?.identity ?? null;
    const known = version.name !== ORIGINAL && nearest !== null && identity !== null;
    return known ? { hits: { 1: nearest === identity } } : {};
  };
  return {
    model,
    version: version.name,
    at(position) {
      const row = rows.get(position);
      if (row === undefined) return { row: null, returned: null, valid: null };
      const { valid = null, validAt = null, judgedDistances = null } = validOf.get(position) ?? {};
      return { row, returned: returned[row], valid, validAt, judgedDistances, ...hitsOf(position, row) };
    },
  };
}

function validByPosition({ queries = [], robustness }: Findings, version: string): Map<number, ValidResults | null> {
  return new Map(
    (robustness?.judged ?? []).map(({ original, perturbed }, n): [number, ValidResults | null] => [
      itemAt(queries, n),
      version === ORIGINAL ? original : (perturbed[version] ?? null),
    ]),
  );
}
