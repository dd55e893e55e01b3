import { fail, type Problem, type Result } from '../protocol/errors.js';

/** Carries an expected failure out of a stage; `runExperiment` turns it back into a value. */
export class Halt extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

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
  EMFILE: ['too-many-files', 'Raise the limit of open files (ulimit -n) and run again.'],
};

/** The problem in what a stage threw, or undefined where it is a bug. */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof Halt) return error.problem;
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  const known = code ? STORAGE_HINTS[code] : undefined;
  if (!known) return undefined;
  return fail(known[0], `${path ?? syscall ?? 'A file'}: ${(error as Error).message}`, { hint: known[1] }).problem;
}
