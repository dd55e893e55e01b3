import { fail, type Result } from '../protocol/errors.js';

/** Whoever has waited longer is sent away: an answer after that is mostly one that nobody reads. */
const LONGEST_WAIT_MS = 15_000;

/** Does work in the order in which it comes, one after the other, until it has ended or leaves its turn to the next. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly longestWait = LONGEST_WAIT_MS) {}

  /** `server-busy` where the turn comes too late. */
  take<T>(work: (leave: () => void) => Promise<Result<T>>): Promise<Result<T>> {
    const asked = performance.now();
    let leave = () => {};
    const left = new Promise<void>((resolve) => {
      leave = resolve;
    });
    const turn = this.last.then(() => (performance.now() - asked > this.longestWait ? busy() : work(leave)));
    this.last = Promise.race([turn.catch(() => undefined), left]);
    return turn;
  }
}

export function busy(): Result<never> {
  return fail('server-busy', 'Too many requests are waiting', { hint: 'Ask again in some seconds.' });
}
