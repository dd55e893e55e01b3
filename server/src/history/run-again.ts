import { join } from 'node:path';
import { LARGEST_TEXT } from '../experiment/syntax/tree.js';
import { fail, ok, type Result } from '../protocol/errors.js';
import { overridesOf } from '../protocol/runs/variant.js';
import { UnfitFile } from '../store/plain-file.js';
import { SPEC } from '../store/run-folder/run-again.js';
import { inspectRunRecord } from '../store/run-folder/run-record.js';
import { readRunFile } from '../store/run-folder/sound-files.js';

/** What a run was of, so that it can be run again. */
export interface RunAgain {
  /** The experiment's file, which paths in the text are relative to. */
  readonly file: string;
  readonly text: string;
  /** Where the text is kept. */
  readonly kept: string;
  readonly set: readonly string[];
  readonly stage?: string;
}

/** The experiment of a run as it was run. Problems: those of a run's record, and `run-text-unusable`. */
export async function readRunAgain(folder: string): Promise<Result<RunAgain>> {
  const record = await inspectRunRecord(folder);
  if (!record.ok) return record;
  const kept = join(folder, SPEC);
  const { file, stage } = record.value;
  try {
    const text = (await readRunFile(kept, LARGEST_TEXT)).toString('utf8');
    return ok({ file, text, kept, set: overridesOf(record.value), stage });
  } catch (error) {
    if (!(error instanceof UnfitFile)) throw error;
    return fail('run-text-unusable', error.message, { hint: 'Run the experiment’s own file.' });
  }
}
