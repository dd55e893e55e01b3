import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutorElsewhere, QueueView, ShardWork, Ticket } from '../../plugins/declare.js';
import { ok, type Result } from '../../protocol/errors.js';
import { pauseAfter, writeTicket } from './tickets.js';

/** Nobody is asked to compute: whoever wants to does. So no shard is ever given up. */
export class ManualExecutor implements ExecutorElsewhere {
  readonly kind = 'elsewhere';
  readonly schedules = false;

  constructor(readonly pairs: number) {}

  async submit({ plan, shards, logs, command }: ShardWork): Promise<Result<Ticket>> {
    const left = shards.map((first) => ({ first, count: 1 }));
    const ticket = { plan, logs, command: [...command], arrays: [], left };
    await writeTicket(ticket);
    return ok(ticket);
  }

  async *watch({ plan, left }: Ticket, signal: AbortSignal): AsyncIterable<QueueView> {
    const began = performance.now();
    const alive = new Set(left.map(({ first }) => first));
    const logOf = (shard: number) => join(plan, `${shard}.json`);
    for (;;) {
      yield { alive, running: 0, reason: undefined, never: false, ended: new Map(), logOf };
      await delay(pauseAfter(performance.now() - began), undefined, { signal });
    }
  }

  async cancel(): Promise<Result<void>> {
    return ok(undefined);
  }

  /** What is computed after all is found by its file. */
  async adopt(): Promise<undefined> {
    return undefined;
  }
}
