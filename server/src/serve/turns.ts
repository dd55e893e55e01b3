import { fail, type Result } from '../protocol/errors.js';

/** Whoever has waited longer is sent away: an answer after that is mostly one that nobody reads. */
const LONGEST_WAIT_MS = 15_000;

/** Does work in the order in which it comes, one after the other. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly longestWait = LONGEST_WAIT_MS) {}

  /** `server-busy` where the turn comes too late. */
  take<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
    const asked = performance.now();
    const turn = this.last.then(() => (performance.now() - asked > this.longestWait ? busy() : work()));
    this.last = turn.catch(() => undefined);
    return turn;
  }
}

export function busy(): Result<never> {
  return fail('server-busy', 'Too many requests are waiting', { hint: 'Ask again in some seconds.' });
}
