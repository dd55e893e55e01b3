import { join } from 'node:path';
import { fail, ok, type Result } from '../protocol/errors.js';
import type { Results } from '../protocol/results.js';
import { type ComparedVerdict, MOST_NAMED_QUERIES } from '../protocol/runs/table/run-comparison.js';
import { type PairedOutcome, pairedDifference } from '../statistics/differences.js';
import { imageRecordSchema, type QueryRecord, queryRecordSchema } from '../store/run-folder/query-record.js';
import { readRecords, UnusableFile } from '../store/run-folder/run-files.js';
import { isExpected } from '../store/run-folder/sound-files.js';

interface JudgedRun {
  readonly folder: string;
  readonly results: Results;
}

export type Changed = Omit<ComparedVerdict, 'run' | 'pByIdentity'>;

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
    const isOther = await otherPhotographs(a, b);
    const after = new Map<string, ReadonlyMap<string, boolean>>();
    const all = new Map<string, Judged>();
    const judgedAs = (verdict: Verdict) => {
      const known = all.get(verdict.key) ?? { verdict, outcomes: [], changed: [], inFirst: 0, inSecond: 0 };
      all.set(verdict.key, known);
      return known;
    };
    for await (const [, record] of readRecords(file, queryRecordSchema)) {
      const verdicts = verdictsOf(record, b.results);
      after.set(record.id, new Map(verdicts.map(({ key, is }) => [key, is])));
      for (const verdict of verdicts) judgedAs(verdict).inSecond += 1;
    }
    for await (const [, { id, identity, ...record }] of readRecords(
      join(a.folder, 'queries.jsonl'),
      queryRecordSchema,
    )) {
      for (const verdict of verdictsOf(record, a.results)) {
        const judged = judgedAs(verdict);
        judged.inFirst += 1;
        const now = isOther(id) ? undefined : after.get(id)?.get(verdict.key);
        if (now === undefined) continue;
        judged.outcomes.push({ identity, a: verdict.is, b: now });
        if (now !== verdict.is && judged.changed.length < MOST_NAMED_QUERIES) judged.changed.push({ id, now });
      }
    }
    return ok([...all.values()].map((judged) => changedOf(judged)));
  } catch (error) {
    if (!(error instanceof UnusableFile)) throw error;
    return fail('run-queries-unusable', error.message, { hint: 'Run the experiment again: that takes little time.' });
  }
}

/**
 * Says of an id whether it is another photograph in the second run: of one data set it is none, and of another it is where
 * its file is another.
 */
async function otherPhotographs(a: JudgedRun, b: JudgedRun): Promise<(id: string) => boolean> {
  const [before, after] = [a, b].map(({ results }) => results.run.hashes?.dataset);
  if (before !== undefined && before === after) return () => false;
  const [known, files] = [await filesOf(a), await filesOf(b)];
  return (id) => known.get(id) !== files.get(id);
}

async function filesOf({ folder }: JudgedRun): Promise<Map<string, string | undefined>> {
  const file = join(folder, 'images.jsonl');
  const files = new Map<string, string | undefined>();
  if (!(await isExpected(file))) return files;
  // The data set comes before the gallery, which may call its images the same.
  for await (const [, image] of readRecords(file, imageRecordSchema)) {
    if (!files.has(image.id)) files.set(image.id, image.file);
  }
  return files;
}

/** What was judged alike, query by query. */
interface Judged {
  readonly verdict: Verdict;
  readonly outcomes: PairedOutcome[];
  readonly changed: { id: string; now: boolean }[];
  inFirst: number;
  inSecond: number;
}

function changedOf({ verdict, outcomes, changed, inFirst, inSecond }: Judged): Changed {
  const { difference, ci95ByIdentity, p, pByIdentity } = pairedDifference(outcomes);
  const both = outcomes.length;
  return {
    ...{ verdict: verdict.verdict, model: verdict.model, version: verdict.version, both },
    gained: outcomes.filter(({ a, b }) => b && !a).length,
    lost: outcomes.filter(({ a, b }) => a && !b).length,
    ...{ difference, ci95ByIdentity: ci95ByIdentity && [...ci95ByIdentity], p, pByIdentityAlone: pByIdentity },
    unpaired: inFirst + inSecond - 2 * both,
    changed,
  };
}

function verdictsOf({ models }: Pick<QueryRecord, 'models'>, { robustness }: Results): Verdict[] {
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
