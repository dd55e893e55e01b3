import { join } from 'node:path';
import { fail, ok, type Result } from '../protocol/errors.js';
import type { Results } from '../protocol/results.js';
import { MOST_NAMED_QUERIES, type RunComparison } from '../protocol/runs/table/run-comparison.js';
import { type QueryRecord, queryRecordSchema } from '../store/run-folder/query-record.js';
import { readRecords, UnusableFile } from '../store/run-folder/run-files.js';
import { isExpected } from '../store/run-folder/sound-files.js';

interface JudgedRun {
  readonly folder: string;
  readonly results: Results;
}

type Changed = Omit<RunComparison['queries'][number], 'run'>;

/** What was judged of a query: `top-1` of a model and a version; null where the run did not judge it. */
interface Verdict {
  readonly key: string;
  readonly verdict: string;
  readonly model: string;
  readonly version: string;
  readonly is: boolean;
}

/**
 * The queries of which two runs judged otherwise, by what was judged: whether an image of the identity is among the
 * nearest, whether the original is eligible, whether a version of an eligible one is still found. Problem:
 * `run-queries-unusable`.
 */
export async function changedVerdicts(a: JudgedRun, b: JudgedRun): Promise<Result<Changed[]>> {
  const file = join(b.folder, 'queries.jsonl');
  try {
    if (!(await isExpected(join(a.folder, 'queries.jsonl'))) || !(await isExpected(file))) return ok([]);
    const after = new Map<string, ReadonlyMap<string, boolean>>();
    const left = new Map<string, { verdict: Verdict; count: number }>();
    for await (const [, record] of readRecords(file, queryRecordSchema)) {
      const verdicts = verdictsOf(record, b.results);
      after.set(record.id, new Map(verdicts.map(({ key, is }) => [key, is])));
      for (const verdict of verdicts) {
        left.set(verdict.key, { verdict, count: (left.get(verdict.key)?.count ?? 0) + 1 });
      }
    }
    const changed = new Map<string, Changed>();
    for await (const [, record] of readRecords(join(a.folder, 'queries.jsonl'), queryRecordSchema)) {
      for (const verdict of verdictsOf(record, a.results)) take(changed, record.id, verdict, after.get(record.id));
    }
    for (const [key, { verdict, count }] of left) {
      const known = changed.get(key) ?? unchanged(verdict);
      changed.set(key, { ...known, unpaired: known.unpaired + count - known.both });
    }
    return ok([...changed.values()]);
  } catch (error) {
    if (!(error instanceof UnusableFile)) throw error;
    return fail('run-queries-unusable', error.message, { hint: 'Run the experiment again: that takes little time.' });
  }
}

function unchanged({ verdict, model, version }: Verdict): Changed {
  return { verdict, model, version, both: 0, gained: 0, lost: 0, unpaired: 0, changed: [] };
}

function take(all: Map<string, Changed>, id: string, verdict: Verdict, after?: ReadonlyMap<string, boolean>): void {
  const known = all.get(verdict.key) ?? unchanged(verdict);
  const now = after?.get(verdict.key);
  if (now === undefined) return void all.set(verdict.key, { ...known, unpaired: known.unpaired + 1 });
  const isGained = now && !verdict.is;
  const isLost = !now && verdict.is;
  if ((isGained || isLost) && known.changed.length < MOST_NAMED_QUERIES) known.changed.push({ id, now });
  all.set(verdict.key, {
    ...known,
    both: known.both + 1,
    gained: known.gained + Number(isGained),
    lost: known.lost + Number(isLost),
  });
}

function verdictsOf({ models }: QueryRecord, { robustness }: Results): Verdict[] {
  return Object.entries(models).flatMap(([model, versions]) => {
    const least = robustness?.minValid;
    const returned = versions.original?.valid ?? undefined;
    const isEligible = least === undefined || returned === undefined ? undefined : returned >= least;
    return Object.entries(versions).flatMap(([version, { hits, valid }]): Verdict[] => {
      const verdictOf = (verdict: string, is: boolean) => {
        return { key: JSON.stringify([verdict, model, version]), verdict, model, version, is };
      };
      const tops = Object.entries(hits ?? {}).map(([depth, is]) => verdictOf(`top-${depth}`, is));
      if (isEligible === undefined || typeof valid !== 'number') return tops;
      if (version === 'original') return [...tops, verdictOf('eligible', isEligible)];
      return isEligible ? [...tops, verdictOf('still found', valid > 0)] : tops;
    });
  });
}
