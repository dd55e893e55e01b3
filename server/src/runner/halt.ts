import { fail, type Problem, ProblemError, type Result } from '../protocol/errors.js';
import { isShortageOfMemory, memoryShort, tooManyFiles } from '../protocol/runs/shortage.js';

/** Carries an expected failure out of a stage; `runExperiment` turns it back into a value. */
export class Halt extends ProblemError {}

/** The value, or a halt of the run with the problem. */
export function unwrap<T>(result: Result<T>): T {
  if (!result.ok) throw new Halt(result.problem);
  return result.value;
}

const STORAGE_HINTS: Readonly<Record<string, [code: string, hint: string]>> = {
  ENOSPC: ['disk-full', 'Free some space and run again: everything finished so far is kept.'],
  EDQUOT: ['disk-full', 'Free some of your quota and run again: everything finished so far is kept.'],
  EFBIG: ['disk-full', 'The file system refuses a file of this size; everything finished so far is kept.'],
  EROFS: ['folder-read-only', 'Put the experiment, or --out, where you may write.'],
  EACCES: ['permission-denied', 'Change the permissions of the file or folder, then run again.'],
  EPERM: ['permission-denied', 'Change the permissions of the file or folder, then run again.'],
};

/** The problem in what a stage threw, or undefined where it is a bug. */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof ProblemError) return error.problem;
  if (isShortageOfMemory(error)) return memoryShort((error as Error).message);
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  if (code === 'EMFILE' || code === 'ENFILE') return tooManyFiles((error as Error).message);
  const known = code ? STORAGE_HINTS[code] : undefined;
  if (!known) return undefined;
  return fail(known[0], `${path ?? syscall ?? 'A file'}: ${(error as Error).message}`, { hint: known[1] }).problem;
}

/** Throws on what a machine lacks, which says nothing of the file that was being read when it lacked it. */
export function haltOnShortage(error: unknown): void {
  const problem = problemOf(error);
  if (problem && SHORTAGES.has(problem.code)) throw new Halt(problem);
}

const SHORTAGES: ReadonlySet<string> = new Set(['memory-short', 'too-many-files', 'disk-full']);
