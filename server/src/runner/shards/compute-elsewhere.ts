import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutorElsewhere, QueueView, Ticket } from '../../plugins/declare.js';
import type { Problem } from '../../protocol/errors.js';
import { counted } from '../../protocol/figure-text.js';
import { itemAt } from '../../protocol/item-at.js';
import { withLease } from '../../store/cache/lease.js';
import { fileNameOf } from '../../store/file-names.js';
import type { RunContext } from '../context.js';
import { sayWaiting } from '../cores.js';
import { Halt, unwrap } from '../halt.js';
import {
  listDone,
  listPlanFolders,
  type Plan,
  readDone,
  readFailed,
  readPlan,
  type ShardDone,
  writePlanFolder,
} from './plan-folder.js';
import { readPlannedShard, type ShardPlan } from './shard-plan.js';

/** A shard is handed over so often before it is given up. */
const MOST_TRIES = 3;
/** File systems of clusters show what another machine wrote some seconds late. */
const SETTLE_MS = 2_000;
/** A plan's folder is looked at so often, and seldom enough to take a small share of the time. */
const LOOK_MS = 100;
const LOOK_SHARE = 1 / 20;
/** Waiting for room, or for an answer, is said when it takes longer. */
const SAID_AFTER_MS = 60_000;
/** More failed shards are not named one by one. */
const NAMED_LOGS = 10;

/** Work in shards that are written to one folder, which has shards of one kind alone. */
export interface ShardedWork<S extends ShardPlan = ShardPlan> {
  /** What is being computed, for a sentence. */
  readonly label: string;
  /** Where shards are written to. */
  readonly folder: string;
  /** How long a shard takes, where that was measured. */
  readonly secondsPerShard: number | undefined;
  /** The shards that are still to be computed, as of now. */
  missing(): Promise<readonly S[]>;
  /** Whether what a shard is to give is there; takes it in. `done` is what its worker says, where it does. */
  isThere(shard: S, done: ShardDone | undefined): Promise<boolean>;
  /** Called with each shard that was found to be there. */
  onShard(shard: S): void;
  /** Writes into the plan's folder what its shards have in common. */
  readonly prepare?: (plan: string) => Promise<void>;
}

/**
 * Has an executor compute what is missing. Shards of the same folder that an earlier run handed over, and was killed, are
 * waited for instead of computed again. Whatever ends the wait, no task of this run is left behind but by a kill.
 */
export async function computeElsewhere<S extends ShardPlan>(
  context: RunContext,
  executor: ExecutorElsewhere,
  work: ShardedWork<S>,
): Promise<ShardDone[]> {
  const lease = join(work.folder, 'elsewhere.lease');
  const compute = async () => {
    const done: ShardDone[] = [];
    for (const followed of await adopted(context, executor, work)) done.push(...(await followed.finish()));
    const shards = await work.missing();
    if (shards.length > 0) done.push(...(await (await handedOver(context, executor, work, shards)).finish()));
    return done;
  };
  return withLease(lease, context.signal, compute, (holder) => sayWaiting(context, holder));
}

/** Plans of dead runs that go on, of shards that are wanted here. */
async function adopted(context: RunContext, executor: ExecutorElsewhere, work: ShardedWork): Promise<FollowedPlan[]> {
  const wanted = new Set((await work.missing()).flatMap(itemsOf));
  const found: FollowedPlan[] = [];
  for (const folder of await listPlanFolders(work.folder)) {
    const plan = await readPlan(folder);
    const shards = plan.ok ? await shardsOf(folder, plan.value) : undefined;
    if (!shards?.some((shard) => itemsOf(shard).some((item) => wanted.has(item)))) continue;
    const ticket = await executor.adopt(folder);
    if (ticket && context.useCache) found.push(new FollowedPlan(context, executor, work, { folder, shards, ticket }));
    else {
      if (ticket) await executor.cancel(ticket);
      await rm(folder, { recursive: true, force: true });
    }
  }
  return found;
}

/** Undefined where they are not what this version writes. */
async function shardsOf(folder: string, plan: Plan): Promise<ShardPlan[] | undefined> {
  const numbers = Array.from({ length: plan.shards }, (_, n) => n);
  return Promise.all(numbers.map((n) => readPlannedShard(folder, n))).catch(() => undefined);
}

function itemsOf(planned: ShardPlan): string[] {
  return planned.kind === 'search' ? [planned.shard.name] : planned.shard.images.map(({ hash }) => hash);
}

async function handedOver(
  context: RunContext,
  executor: ExecutorElsewhere,
  work: ShardedWork,
  shards: readonly ShardPlan[],
): Promise<FollowedPlan> {
  const { device, useCache, pluginPaths = [] } = context;
  const plan: Plan = {
    format: 1,
    shards: shards.length,
    home: context.cache.home,
    plugins: [...pluginPaths],
    device,
    useCache,
  };
  const folder = await writePlanFolder(work.folder, plan, shards);
  await work.prepare?.(folder);
  const followed = new FollowedPlan(context, executor, work, { folder, shards });
  await followed.submit([...shards.keys()]);
  return followed;
}

interface PlanElsewhere {
  readonly folder: string;
  readonly shards: readonly ShardPlan[];
  readonly ticket?: Ticket;
}

/** A plan's shards on their way: waited for, handed over again where they got lost, and given up in the end. */
class FollowedPlan {
  private ticket: Ticket | undefined;
  private readonly pending: Set<number>;
  private readonly tries = new Map<number, number>();
  private readonly goneSince = new Map<number, number>();
  private readonly failedOn = new Map<number, Set<string>>();
  private readonly done: ShardDone[] = [];
  private readonly said = new Set<string>();
  private stillSince = performance.now();

  constructor(
    private readonly context: RunContext,
    private readonly executor: ExecutorElsewhere,
    private readonly work: ShardedWork,
    private readonly plan: PlanElsewhere,
  ) {
    this.ticket = plan.ticket;
    this.pending = new Set(plan.shards.keys());
  }

  async submit(shards: readonly number[], avoid: readonly string[] = []): Promise<void> {
    const logs = join(this.context.folder, 'shards', fileNameOf(this.work.label));
    await mkdir(logs, { recursive: true, mode: 0o700 });
    const { folder: plan } = this.plan;
    const alone = this.ticket !== undefined;
    const { secondsPerShard } = this.work;
    const submitted = await this.executor.submit(
      { plan, shards, secondsPerShard, alone, logs, avoid, command: commandLine() },
      this.ticket,
    );
    if (!submitted.ok) await this.forget();
    this.ticket = unwrap(submitted);
    for (const shard of shards) this.tries.set(shard, (this.tries.get(shard) ?? 0) + 1);
  }

  /** Waits until every shard is there, and gives what was computed by this plan. */
  async finish(): Promise<ShardDone[]> {
    const ticket = this.ticket as Ticket;
    this.sayWhereToCompute();
    const enough = new AbortController();
    const signal = AbortSignal.any([this.context.signal, enough.signal]);
    const views = this.executor.watch(ticket, signal)[Symbol.asyncIterator]();
    let next = views.next();
    let looking = LOOK_MS;
    try {
      for (;;) {
        // Shards come between two views of the queue, which is asked less often than a folder is read.
        const seen = await Promise.race([next, delay(looking)]);
        const since = performance.now();
        await this.takeIn(await listDone(this.plan.folder));
        looking = Math.max(LOOK_MS, (performance.now() - since) / LOOK_SHARE);
        if (this.pending.size === 0) break;
        if (!seen) continue;
        if (seen.done) throw new Error('An executor stopped watching before its shards were there');
        this.sayWhyNothingHappens(seen.value);
        await this.handOverLost(seen.value);
        next = views.next();
      }
    } finally {
      enough.abort();
      next.catch(() => undefined);
      const cancelled = await this.executor.cancel(ticket);
      if (!cancelled.ok) this.context.emit({ type: 'warning', problem: cancelled.problem });
      await this.forget();
    }
    return this.done;
  }

  private async forget(): Promise<void> {
    await rm(this.plan.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private async takeIn(candidates: readonly number[]): Promise<void> {
    for (const n of candidates.filter((n) => this.pending.has(n))) {
      const shard = itemAt(this.plan.shards, n);
      const done = await readDone(this.plan.folder, n);
      if (!done && !this.context.useCache) continue;
      if (!(await this.work.isThere(shard, done))) continue;
      this.pending.delete(n);
      this.stillSince = performance.now();
      if (done) this.done.push(done);
      this.work.onShard(shard);
    }
  }

  /** Shards of which no task is left, and no file has come for a while. */
  private async handOverLost(view: QueueView): Promise<void> {
    if (!view.alive) return;
    const now = performance.now();
    const lost: number[] = [];
    for (const n of this.pending) {
      if (view.alive.has(n)) this.goneSince.delete(n);
      else if (now - (this.goneSince.get(n) ?? now) >= SETTLE_MS) lost.push(n);
      else this.goneSince.set(n, this.goneSince.get(n) ?? now);
    }
    // A worker that was killed may have written its shard, and not that it has.
    await this.takeIn(lost);
    const left = lost.filter((n) => this.pending.has(n));
    if (left.length === 0) return;
    const givenUp = left.filter((n) => (this.tries.get(n) ?? 1) >= MOST_TRIES);
    if (givenUp.length > 0) throw new Halt(await this.problemOf(givenUp, view));
    for (const n of left) this.goneSince.delete(n);
    await this.submit(left, await this.machinesToAvoid(left, view));
  }

  /** Where these shards failed so far: as their workers say, and the queue, where a worker could write nothing. */
  private async machinesToAvoid(shards: readonly number[], { ended }: QueueView): Promise<string[]> {
    for (const n of shards) {
      const end = ended.get(n);
      const machines = [(await readFailed(this.plan.folder, n))?.machine, end?.suspect ? end.machine : undefined];
      const known = this.failedOn.get(n) ?? [];
      this.failedOn.set(n, new Set([...known, ...machines.filter((machine) => machine !== undefined)]));
    }
    return [...new Set(shards.flatMap((n) => [...(this.failedOn.get(n) ?? [])]))];
  }

  private async problemOf(shards: readonly number[], view: QueueView): Promise<Problem> {
    const [first] = shards as [number];
    const note = await readFailed(this.plan.folder, first);
    const end = view.ended.get(first);
    const where = note?.machine ?? end?.machine;
    const log = view.logOf(first);
    const said = note?.problem.message ?? (await lastLines(log));
    const what = `${counted(shards.length, 'shard')} of ${this.work.label} could not be computed: shard ${first} was handed over ${MOST_TRIES} times`;
    const how = [end && `it ended as ${end.state}`, where && `on ${where}`].filter(Boolean).join(' ');
    const unheard = `It wrote nothing: can that machine see ${dirname(log)}, and run Lookalike?`;
    return {
      code: note?.problem.code ?? 'shard-failed',
      message: [`${what}${how ? `, ${how}` : ''}`, said ?? unheard].join('. '),
      hint: note?.problem.hint ?? `Its log is ${log}. Run again when the cause is gone: what is finished is kept.`,
      logs: shards.slice(0, NAMED_LOGS).map((n) => ({ label: `shard ${n}`, file: view.logOf(n) })),
    };
  }

  private sayWhereToCompute(): void {
    if (this.executor.schedules) return;
    const { folder, shards } = this.plan;
    this.say({
      code: 'shards-wanted',
      message: `${this.work.label} waits for ${counted(shards.length, 'shard')} of the plan ${folder}`,
      hint: `Compute each: lookalike shard ${folder} --index N, N from 0 to ${shards.length - 1}.`,
    });
  }

  private sayWhyNothingHappens({ running, reason, never }: QueueView): void {
    if (never) {
      const message = `Tasks of ${this.work.label} can never run on this cluster as they are: ${reason}`;
      const hint = 'Ask for less, or for another partition or account, by --executor-set key=value.';
      throw new Halt({ code: 'cluster-refused', message, hint });
    }
    if (running > 0) this.stillSince = performance.now();
    if (reason === undefined || performance.now() - this.stillSince < SAID_AFTER_MS) return;
    this.say({
      code: 'cluster-waits',
      message: `Nothing of ${this.work.label} is being computed on the cluster: ${reason}`,
      hint: 'It goes on by itself as soon as there is room, or an answer; cancel the run to give it up.',
    });
  }

  private say(problem: Problem): void {
    if (this.said.has(problem.code)) return;
    this.said.add(problem.code);
    // Not by `warn`: work on what nobody wants to be warned of waits all the same.
    this.context.emit({ type: 'warning', problem });
  }
}

/** What a worker is started with: the command line beside this process's program. */
function commandLine(): string[] {
  const entry = process.argv[1] as string;
  const here = dirname(entry);
  return entry.endsWith('.ts')
    ? [process.execPath, '--import', import.meta.resolve('tsx'), join(dirname(here), 'cli.ts')]
    : [process.execPath, join(here, '../bin/lookalike.mjs')];
}

async function lastLines(log: string): Promise<string | undefined> {
  const text = await readFile(log, 'utf8').catch(() => '');
  return text.trim().split('\n').slice(-3).join(' ').slice(-500) || undefined;
}
