import { hostname } from 'node:os';
import { withLease } from '../store/cache/lease.js';
import type { RunContext } from './context.js';

/**
 * Does a piece of work that uses every core. Runs at once share the machine by taking turns, a piece each:
 * two that compute side by side on the same cores would both be slower than one after the other.
 */
export function withCores<T>(context: Pick<RunContext, 'cache' | 'signal'>, work: () => Promise<T>): Promise<T> {
  return withLease(context.cache.of('leases', `cores-${hostname()}`), context.signal, work);
}
