import { hostname } from 'node:os';
import type { ProcessIdentity } from '../protocol/runner.js';
import { withLease } from '../store/cache/lease.js';
import type { RunContext } from './context.js';

/**
 * Does a piece of work that uses every core. Runs at once share the machine by taking turns, a piece each:
 * two that compute side by side on the same cores would both be slower than one after the other.
 */
export function withCores<T>(
  context: Pick<RunContext, 'cache' | 'signal' | 'warn' | 'hasOwnCores'>,
  work: () => Promise<T>,
): Promise<T> {
  if (context.hasOwnCores) return work();
  const lease = context.cache.of('leases', `cores-${hostname()}`);
  return withLease(lease, context.signal, work, (holder) => sayWaiting(context, holder));
}

/**
 * The same for a search in an index that was opened for a run. With an executor it takes turns by itself, and none while
 * other machines search.
 */
export function searchingWithCores<T>(
  context: Pick<RunContext, 'cache' | 'signal' | 'warn' | 'hasOwnCores' | 'executor'>,
  work: () => Promise<T>,
): Promise<T> {
  return context.executor ? work() : withCores(context, work);
}

/** Tells whoever looks on why nothing happens, once a run. */
export function sayWaiting(context: Pick<RunContext, 'warn'>, holder: ProcessIdentity | undefined): void {
  if (SAID.has(context)) return;
  SAID.add(context);
  const who = holder ? `process ${holder.pid}` : 'another process';
  context.warn({
    code: 'waiting-for-run',
    message: `This run waits for ${who}, which computes on the same cores or the same images`,
    hint: 'It goes on by itself; what is finished there is used here.',
  });
}
const SAID = new WeakSet<object>();
