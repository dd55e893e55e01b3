import { join } from 'node:path';
import { fail, ok, type Problem, type Result } from '../../protocol/errors.js';
import { RESULTS_VERSION, type Results, type RunStatus, resultsSchema } from '../../protocol/results.js';
import { UnfitFile } from '../plain-file.js';
import { readRunFile, writeRunFile } from './sound-files.js';

/** Far above what a run writes: its lists are cut at a thousand entries. */
const MAX_BYTES = 32 * 2 ** 20;

const RUN_AGAIN = 'Run the experiment again: what it computed is kept, so that takes little time.';

/**
 * A run's results, of the version written today or of the one before.
 *
 * Problems: `results-missing`, `results-unreadable`, `results-too-large`, `results-invalid`, `results-version`.
 */
export async function readResults(runFolder: string): Promise<Result<Results>> {
  const file = join(runFolder, 'results.json');
  const text = await readText(file);
  if (!text.ok) return text;
  const document = parseJson(file, text.value);
  return document.ok ? validate(file, document.value) : document;
}

async function readText(file: string): Promise<Result<string>> {
  try {
    return ok((await readRunFile(file, MAX_BYTES)).toString('utf8'));
  } catch (error) {
    if (!(error instanceof UnfitFile)) throw error;
    const { why, message } = error;
    if (why === 'too-large') return fail('results-too-large', message, { hint: RUN_AGAIN });
    if (why === 'altered') return fail('results-invalid', message, { hint: RUN_AGAIN });
    if (why !== 'missing') return fail('results-unreadable', message, { hint: RUN_AGAIN });
    const hint = 'A run writes it when it ends. Name the folder of a run that has ended.';
    return fail('results-missing', message, { hint });
  }
}

function parseJson(file: string, text: string): Result<unknown> {
  try {
    return ok(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return fail('results-invalid', `${file} is not JSON: ${error.message}`, { hint: RUN_AGAIN });
  }
}

/** The version comes first: what another version wrote is not wrong, it is something else. */
function validate(file: string, document: unknown): Result<Results> {
  const version = (document as { schema?: unknown } | null)?.schema;
  if (Number.isInteger(version) && !isKnown(version as number)) return otherVersion(file, version as number);
  const results = resultsSchema.safeParse(document);
  if (results.success) return ok(results.data);
  const { path, message } = results.error.issues[0]!;
  const place = path.length > 0 ? ` at ${path.join('.')}` : '';
  return fail('results-invalid', `${file} holds no results${place}: ${message}`, { hint: RUN_AGAIN });
}

function isKnown(version: number): boolean {
  return version === RESULTS_VERSION || version === RESULTS_VERSION - 1;
}

function otherVersion(file: string, version: number): Result<never> {
  const known = `this Lookalike reads version ${RESULTS_VERSION} and the one before`;
  const hint = version > RESULTS_VERSION ? 'A newer Lookalike wrote it: update this one.' : RUN_AGAIN;
  return fail('results-version', `${file} has version ${version}; ${known}`, { hint });
}

/** Writes into the results of a run that was killed how it ended; where there are none that can be read, nothing. */
export async function endResults(runFolder: string, status: RunStatus, problem: Problem | undefined): Promise<void> {
  const results = await readResults(runFolder);
  if (!results.ok) return;
  const run = { ...results.value.run, status, error: problem ?? null, finishedAt: new Date().toISOString() };
  const text = `${JSON.stringify({ ...results.value, run }, null, 2)}\n`;
  await writeRunFile(runFolder, 'results.json', text).catch(() => undefined);
}
