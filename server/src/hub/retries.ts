import { setTimeout as delay } from 'node:timers/promises';
import type { Options } from 'p-retry';
import { Failed } from './failure.js';

export interface Patience {
  /** How often a request that failed is repeated. */
  readonly retries: number;
  /** Milliseconds before the first repetition; it doubles with each. */
  readonly pause: number;
  readonly signal: AbortSignal;
}

/** Repeats what fails in passing, at growing intervals, and not before the server wants to be asked again. */
export function whilePassing({ retries, pause, signal }: Patience): Options {
  return {
    retries,
    minTimeout: pause,
    maxTimeout: 64 * pause,
    randomize: true,
    signal,
    shouldRetry: ({ error }) => error instanceof Failed && error.passes,
    onFailedAttempt: ({ error }) => (error instanceof Failed ? delay(error.wait, undefined, { signal }) : undefined),
  };
}
