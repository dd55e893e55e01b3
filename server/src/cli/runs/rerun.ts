import { findRun } from '../../history/find-run.js';
import { readRunAgain } from '../../history/run-again.js';
import { homeIn } from '../../store/home.js';
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
  const again = await readRunAgain(folder.value);
  if (!again.ok) return printProblem(again.problem, EXIT.usage);
  const { file, kept, set, stage } = again.value;
  const told = [`again: ${file}`, ...set.map((one) => `--set ${one}`), ...(stage ? [`--stage ${stage}`] : [])];
  remark(told.join(' '));
  return run(kept, { ...options, stage });
}
