import * as z from 'zod';
import type { Result } from '../../protocol/errors.js';

/** Shards are computed by the runner itself. */
export interface ExecutorHere {
  readonly kind: 'here';
}

/** Shards of a plan that are to be computed elsewhere. */
export interface ShardWork {
  /** The plan's folder, which every machine that computes sees under this path. */
  readonly plan: string;
  /** Numbers of the shards, ascending. */
  readonly shards: readonly number[];
  /** How long one took the last time; undefined where none was measured. */
  readonly secondsPerShard: number | undefined;
  /** Shards are handed over one by one: they are what is left of others. */
  readonly alone: boolean;
  /** Folder for what the workers write; one file a task. */
  readonly logs: string;
  /** Machines to keep away from, since shards failed there. */
  readonly avoid: readonly string[];
  /** `lookalike`, as arguments: what a worker begins with. */
  readonly command: readonly string[];
}

/** Some shards that are computed one after the other by one process. */
const taskSchema = z.object({ first: z.int().nonnegative(), count: z.int().positive() });
export type ShardTask = z.infer<typeof taskSchema>;

/** What is known of shards that were handed over, for any process to go on with: the plan's folder keeps it. */
export const ticketSchema = z.object({
  plan: z.string(),
  logs: z.string(),
  command: z.array(z.string()),
  /** What was accepted, under the name that the queue has for it; entry n of `tasks` is task n of the array. */
  arrays: z.array(z.object({ name: z.string(), tasks: z.array(taskSchema), avoid: z.array(z.string()) })),
  /** Tasks that the queue had no room for yet. */
  left: z.array(taskSchema),
});
export type Ticket = z.infer<typeof ticketSchema>;

/** How a task ended, or why it waits. */
export interface TaskEnd {
  readonly state: string;
  readonly machine: string | undefined;
  /** The machine may be at fault: the task was ended by nobody, nor for its time. */
  readonly suspect: boolean;
}

/** Shards that were handed over, as a queue has them at one moment. That one is done its file says, and nothing else. */
export interface QueueView {
  /** Shards whose task waits or runs; undefined where the queue could not be asked. */
  readonly alive: ReadonlySet<number> | undefined;
  readonly running: number;
  /** Why those that wait do so. */
  readonly reason: string | undefined;
  /** Whether that reason never goes away: what a task is to have is nowhere to be had. */
  readonly never: boolean;
  /** By shard, how its last task ended, as long as the queue remembers. */
  readonly ended: ReadonlyMap<number, TaskEnd>;
  /** Where what a shard's last task said is written. */
  logOf(shard: number): string;
}

/** Hands shards to something that computes them elsewhere, each by `lookalike shard`. */
export interface ExecutorElsewhere {
  readonly kind: 'elsewhere';
  /** False where somebody else has to be asked to compute. */
  readonly schedules: boolean;
  /** An exact search of more pairs of a query and a row is cut into shards of so many; one of fewer stays where it is. */
  readonly pairs: number;
  /** `onto` a ticket whose shards were handed over before and are not there. */
  submit(work: ShardWork, onto?: Ticket): Promise<Result<Ticket>>;
  /** What the queue says, again and again; nobody needs to listen for the work to go on. */
  watch(ticket: Ticket, signal: AbortSignal): AsyncIterable<QueueView>;
  /** Ends whatever is left of it. Resolves when nothing is. Problem: what could not be ended. */
  cancel(ticket: Ticket): Promise<Result<void>>;
  /** The ticket in a plan's folder, where any of its tasks still waits or runs; whoever handed it over may be dead. */
  adopt(plan: string): Promise<Ticket | undefined>;
}

export type Executor = ExecutorHere | ExecutorElsewhere;
