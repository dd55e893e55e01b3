import { join } from 'node:path';
import { findRun } from '../../history/find-run.js';
import { fail } from '../../protocol/errors.js';
import { overridesOf } from '../../protocol/runs/variant.js';
import { homeIn } from '../../store/home.js';
import { UnfitFile } from '../../store/plain-file.js';
import { SPEC } from '../../store/run-folder/control-files.js';
import { inspectRunRecord } from '../../store/run-folder/run-record.js';
import { requireSound } from '../../store/run-folder/sound-files.js';
import { EXIT } from '../exit.js';
import { printProblem, remark } from '../print.js';
import { type RunArguments, run } from '../run.js';

/**
 * `lookalike runs rerun ID`: runs the experiment as that run did, by the text that it keeps, what was set then, and up to
 * the stage that it was to stop after. Nobody's yes is taken from a file: --allow and --plugin are given anew.
 */
export async function rerun(id: string, options: Omit<RunArguments, 'stage'>): Promise<number> {
  const folder = await findRun(id, homeIn(process.cwd()));
  if (!folder.ok) return printProblem(folder.problem, EXIT.usage);
  const record = await inspectRunRecord(folder.value);
  if (!record.ok) return printProblem(record.problem, EXIT.usage);
  const spec = join(folder.value, SPEC);
  const damage = await requireSound(spec).then(
    () => undefined,
    (error) => {
      if (error instanceof UnfitFile) return error.message;
      throw error;
    },
  );
  if (damage !== undefined) {
    const hint = 'Run the experiment’s own file.';
    return printProblem(fail('run-text-unusable', damage, { hint }).problem, EXIT.usage);
  }
  const { file, stage } = record.value;
  const set = overridesOf(record.value);
  const told = [`again: ${file}`, ...set.map((one) => `--set ${one}`), ...(stage ? [`--stage ${stage}`] : [])];
  remark(told.join(' '));
  return run(spec, { ...options, stage });
}
