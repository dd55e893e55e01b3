import { fail, ok, type Problem, type Result } from '../protocol/errors.js';
import { MAX_COMPARED } from '../protocol/limits.js';
import type { ReportData } from '../protocol/webview.js';
import { writeAtomically } from '../store/files.js';
import { readResults } from '../store/run-folder/read-results.js';
import { htmlPage } from './html-page.js';
import { type Neighbours, readNeighbours } from './read-neighbours.js';
import { readWebviewBundle } from './webview-bundle.js';

export interface ReportContents {
  /** Folders of runs to show beside this one, at most `MAX_COMPARED`. */
  readonly compare?: readonly string[];
  /** Whether the run's neighbours are shown, which are looked for among all of its queries. */
  readonly neighbours?: boolean;
}

export interface ReportOptions extends ReportContents {
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
  const report = await readReport(runFolder, options);
  if (!report.ok) return report;
  const { data, warnings } = report.value;
  return write(htmlFile, htmlPage(data, bundle.value), warnings);
}

/** What a report of the run shows, beside other runs. Problems: those of `readResults`, `too-many-runs`. */
export async function readReport(
  runFolder: string,
  { compare: compareWith = [], neighbours: wanted = true }: ReportContents,
): Promise<Result<{ readonly data: ReportData; readonly warnings: readonly Problem[] }>> {
  const runs = await readRuns([runFolder, ...compareWith]);
  if (!runs.ok) return runs;
  const [results, ...compare] = runs.value;
  const neighbours = wanted ? await readNeighbours(runFolder) : ok(NONE);
  const shown = neighbours.ok ? neighbours.value : NONE;
  return ok({ data: { results, compare, ...shown }, warnings: neighbours.ok ? [] : [neighbours.problem] });
}

const NONE: Neighbours = { queries: [], thumbnails: {}, perturbed: [] };

async function readRuns(folders: readonly string[]): Promise<Result<ReportData['compare']>> {
  if (folders.length > MAX_COMPARED + 1) {
    return fail('too-many-runs', `A report compares with ${MAX_COMPARED} runs at most, not ${folders.length - 1}`);
  }
  const runs: ReportData['compare'] = [];
  for (const folder of folders) {
    const results = await readResults(folder);
    if (!results.ok) return results;
    runs.push(results.value);
  }
  return ok(runs);
}

async function write(file: string, html: string, warnings: readonly Problem[]): Promise<Result<WrittenReport>> {
  try {
    await writeAtomically(file, html);
    return ok({ bytes: Buffer.byteLength(html), warnings });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const hint = 'Name a file in a folder that you may write to and that has room.';
    return fail('report-not-written', `${file}: ${message}`, { hint });
  }
}
