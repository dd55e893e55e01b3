import type { Problem } from './problem.js';

export type { Problem };

/** A value, or the expected failure that stands in its place. Bugs throw instead. */
export type Result<T> = { ok: true; value: T } | { ok: false; problem: Problem };

export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

export type Failure = Extract<Result<never>, { ok: false }>;

export function fail(code: string, message: string, more: Omit<Problem, 'code' | 'message'> = {}): Failure {
  return { ok: false, problem: { code, message, ...more } };
}

/** Carries an expected failure out of work that gives no Result; `problemOf` turns it back into a value. */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

/** A problem in sentences that end: its message, and what to do. */
export function sentences({ message, hint }: Pick<Problem, 'message' | 'hint'>): string {
  return [message, hint]
    .flatMap((text) => text?.trim() || [])
    .map((text) => (/[.!?:…]$/.test(text) ? text : `${text}.`))
    .join(' ');
}
