import { join } from 'node:path';
import { type VerifierDistances, verifierDistancesSchema } from '../../protocol/runs/verifier-distances.js';
import { encodeNpy } from '../npy.js';
import { readJson } from './run-files.js';
import { isExpected, requireSound, writeRunFile } from './sound-files.js';

const ABOUT = 'verifier-distances.json';
const JUDGED = 'verifier-distances.npy';
/** Distances of each query to the other photographs of its person, those of one ascending and before the next one's. */
const GENUINE = 'verifier-genuine.npy';
/** Where each query's end in it. */
const GENUINE_ENDS = 'verifier-genuine-ends.npy';

export interface VerifierArrays {
  /** A row from which threshold on each query is eligible, and one a version; none where nothing was judged. */
  readonly judged: readonly Float64Array[];
  readonly genuine: { readonly distances: Float64Array; readonly ends: Int32Array };
}

/** Writes what another threshold can be looked at with, in double precision: a run's verdicts hang on the last bit. */
export async function writeVerifierFiles(
  folder: string,
  about: VerifierDistances,
  { judged, genuine }: VerifierArrays,
): Promise<void> {
  const rows = new Float64Array(judged.length * about.queries);
  for (const [n, row] of judged.entries()) rows.set(row, n * about.queries);
  await writeRunFile(folder, JUDGED, ...encodeNpy(rows, [judged.length, about.queries]));
  await writeRunFile(folder, GENUINE, ...encodeNpy(genuine.distances, [genuine.distances.length]));
  await writeRunFile(folder, GENUINE_ENDS, ...encodeNpy(genuine.ends, [genuine.ends.length]));
  await writeRunFile(folder, ABOUT, `${JSON.stringify(about)}\n`);
}

export interface VerifierFiles {
  readonly about: VerifierDistances;
  /** Absolute paths of the arrays, which are as the run wrote them. */
  readonly judged: string;
  readonly genuine: string;
  readonly ends: string;
}

/** Null of a run without a threshold, or of an earlier version. Throws `UnusableFile` and `UnfitFile`. */
export async function findVerifierFiles(folder: string): Promise<VerifierFiles | null> {
  if (!(await isExpected(join(folder, ABOUT)))) return null;
  const about = await readJson(join(folder, ABOUT), verifierDistancesSchema);
  const [judged, genuine, ends] = [JUDGED, GENUINE, GENUINE_ENDS].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const file of [judged, genuine, ends]) await requireSound(file);
  return { about, judged, genuine, ends };
}
