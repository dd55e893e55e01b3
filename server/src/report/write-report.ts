import { fail, ok, type Problem, type Result } from '../protocol/errors.js';
import { MAX_COMPARED } from '../protocol/limits.js';
import type { ReportData } from '../protocol/webview.js';
import { writeAtomically } from '../store/files.js';
import { readResults } from '../store/run-folder/read-results.js';
import { readUnfinished } from '../store/run-folder/read-unfinished.js';
import { readWebviewBundle } from './built-code.js';
import { htmlPage } from './html-page.js';
import { describeRun } from './methods/read-methods.js';
import { readQueryTables } from './query-tables.js';
import { type Neighbours, readNeighbours } from './read-neighbours.js';

export interface ReportContents {
  /** Folders of runs to show beside this one, at most `MAX_COMPARED`. */
  readonly compare?: readonly string[];
  /** Whether the run's neighbours are shown, which are looked for among all of its queries. */
  readonly neighbours?: boolean;
  /** Whether a run that has no results is shown as far as its record tells of it. */
  readonly unfinished?: boolean;
}

export interface ReportOptions extends Omit<ReportContents, 'neighbours'> {
  /** Whether photographs of faces, which are biometric data, are part of the file. */
  readonly photographs?: boolean;
  /** Where the built `webview.js` and `webview.css` are, where that is not beside this code. */
  readonly codeFolder?: string;
}

export interface WrittenReport {
  readonly bytes: number;
  /** What the report had to leave out. */
  readonly warnings: readonly Problem[];
}

/**
 * Writes the run in `runFolder` as one self-contained HTML file, whole or not at all.
 *
 * Problems: those of `readResults` and `readWebviewBundle`, `too-many-runs`, `report-not-written`.
 */
export async function writeReport(
  runFolder: string,
  htmlFile: string,
  options: ReportOptions = {},
): Promise<Result<WrittenReport>> {
  const bundle = await readWebviewBundle(options.codeFolder ? [options.codeFolder] : undefined);
  if (!bundle.ok) return bundle;
  const report = await readReport(runFolder, { ...options, neighbours: options.photographs === true });
  if (!report.ok) return report;
  const { warnings } = report.value;
  const { results } = report.value.data;
  const tables = await readQueryTables(runFolder, results);
  const data = { ...report.value.data, described: await describeRun(runFolder, results), queryTables: tables.tables };
  const html = htmlPage(data, bundle.value);
  const written = await writeFileOf(htmlFile, html);
  return written.ok ? ok({ bytes: Buffer.byteLength(html), warnings: [...warnings, ...tables.problems] }) : written;
}

/**
 * What a report of the run shows, beside other runs. What cannot be read of them is left out and among the results'
 * warnings. Problems: those of `readResults`, `too-many-runs`.
 */
export async function readReport(
  runFolder: string,
  { compare: compareWith = [], neighbours: wanted = true, unfinished = false }: ReportContents,
): Promise<Result<{ readonly data: ReportData; readonly warnings: readonly Problem[] }>> {
  if (compareWith.length > MAX_COMPARED) {
    return fail('too-many-runs', `A report compares with ${MAX_COMPARED} runs at most, not ${compareWith.length}`);
  }
  const own = unfinished ? await readUnfinished(runFolder) : await readResults(runFolder);
  if (!own.ok) return own;
  const others = await Promise.all(compareWith.map((folder) => readResults(folder)));
  const neighbours = wanted ? await readNeighbours(runFolder, own.value) : ok(NONE);
  const warnings = [...others, neighbours].flatMap((one) => (one.ok ? [] : one.problem));
  const results =
    warnings.length === 0 ? own.value : { ...own.value, warnings: [...(own.value.warnings ?? []), ...warnings] };
  const compare = others.flatMap((one) => (one.ok ? one.value : []));
  const shown = neighbours.ok ? neighbours.value : NONE;
  return ok({ data: { results, compare, ...shown }, warnings });
}

const NONE: Neighbours = { queries: [], thumbnails: {}, faces: null, perturbed: [] };

/** Writes a file that the user named, whole or not at all. Problem: `report-not-written`. */
export async function writeFileOf(file: string, text: string): Promise<Result<null>> {
  try {
    await writeAtomically(file, text);
    return ok(null);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const hint = 'Name a file in a folder that you may write to and that has room.';
    return fail('report-not-written', `${file}: ${message}`, { hint });
  }
}
