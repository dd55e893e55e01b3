import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutorElsewhere, QueueView, ShardTask, ShardWork, TaskEnd, Ticket } from '../../plugins/declare.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { writeAtomically } from '../../store/files.js';
import { slurmCommand } from './slurm-commands.js';
import { batchScript, passedVariables } from './slurm-script.js';
import { pauseAfter, readTicket, writeTicket } from './tickets.js';

export interface SlurmParams {
  readonly partition?: string;
  readonly account?: string;
  readonly time?: string;
  readonly memory?: string;
  readonly cores: number;
  readonly gpus: number;
  readonly minutes: number;
  readonly atOnce?: number;
  readonly pairs: number;
  readonly prelude: string;
  readonly options: readonly string[];
}

/** Slurm's own default. */
const ARRAY_SIZE = 1001;
/** As long as nobody has measured how long a shard takes, work is cut into so many tasks at the most. */
const UNMEASURED_TASKS = 64;
/** Cancelled tasks get some seconds to end, by Slurm's KillWait; then they are named. */
const CANCEL_MS = 60_000;

/** States of jobs that will do nothing any more. The others, and those of later versions, are alive. */
const ENDED = new Set([
  ...['BOOT_FAIL', 'CANCELLED', 'COMPLETED', 'DEADLINE', 'FAILED', 'NODE_FAIL', 'OUT_OF_MEMORY', 'PREEMPTED'],
  ...['REVOKED', 'TIMEOUT'],
]);

/** Of these, what a machine may be the cause of. */
const SUSPECT = new Set(['BOOT_FAIL', 'FAILED', 'NODE_FAIL']);

/** Why a task waits that will never run, by what it asks for. */
const NEVER = new Set([
  ...['AccountNotAllowed', 'BadConstraints', 'InvalidAccount', 'InvalidQOS', 'PartitionConfig', 'PartitionNodeLimit'],
  ...['PartitionTimeLimit', 'QOSNotAllowed'],
]);

interface Row {
  readonly job: string;
  readonly name: string;
  readonly task: number;
  readonly state: string;
  readonly reason: string;
  readonly machine: string;
}

/**
 * Job arrays of Slurm. Jobs are known by their names, which the ticket has before they are handed over: whoever was killed
 * in between has lost none.
 */
export class SlurmExecutor implements ExecutorElsewhere {
  readonly kind = 'elsewhere';
  readonly schedules = true;
  readonly pairs: number;
  private arraySize: number | undefined;

  constructor(private readonly params: SlurmParams) {
    this.pairs = params.pairs;
  }

  async submit(work: ShardWork, onto?: Ticket): Promise<Result<Ticket>> {
    const { plan, logs, command } = work;
    const ticket = onto ?? { plan, logs, command: [...command], arrays: [], left: [] };
    ticket.left.push(...this.tasksOf(work));
    const submitted = await this.submitLeft(ticket, work.avoid);
    // What was accepted is waited for, and what was not is tried again beside it.
    if (submitted.ok || onto || ticket.arrays.some(({ tasks }) => tasks.length > 0)) return ok(ticket);
    return submitted;
  }

  async *watch(ticket: Ticket, signal: AbortSignal): AsyncIterable<QueueView> {
    const began = performance.now();
    for (;;) {
      if (ticket.left.length > 0) await this.submitLeft(ticket, []);
      yield viewOf(ticket, await this.rowsOf(ticket));
      await delay(pauseAfter(performance.now() - began), undefined, { signal });
    }
  }

  async cancel(ticket: Ticket): Promise<Result<void>> {
    ticket.left.length = 0;
    await writeTicket(ticket);
    const until = performance.now() + CANCEL_MS;
    for (;;) {
      const rows = await this.rowsOf(ticket);
      const jobs = rows.ok ? [...new Set(rows.value.filter(isAlive).map(({ job }) => job))] : [];
      if (rows.ok && jobs.length === 0) return ok(undefined);
      const ended = rows.ok ? await slurmCommand('scancel', jobs) : rows;
      if (performance.now() > until)
        return leftBehind(ticket, ended.ok ? 'they have not ended yet' : ended.problem.message);
      await delay(250);
    }
  }

  async adopt(plan: string): Promise<Ticket | undefined> {
    const ticket = await readTicket(plan);
    const rows = ticket && (await this.rowsOf(ticket));
    // Where nobody answers they may well go on.
    return ticket && (!rows?.ok || rows.value.some(isAlive)) ? ticket : undefined;
  }

  /** Consecutive shards that take together as long as a task should, as many as are wanted. */
  private tasksOf({ shards, secondsPerShard, alone }: ShardWork): ShardTask[] {
    const measured = secondsPerShard && Math.floor((60 * this.params.minutes) / secondsPerShard);
    const most = alone ? 1 : Math.max(1, measured ?? Math.ceil(shards.length / UNMEASURED_TASKS));
    const tasks: { first: number; count: number }[] = [];
    for (const shard of shards) {
      const last = tasks.at(-1);
      if (last && last.count < most && shard === last.first + last.count) last.count++;
      else tasks.push({ first: shard, count: 1 });
    }
    return tasks;
  }

  /** Hands over as much as there is room for, and leaves the rest on the ticket. */
  private async submitLeft(ticket: Ticket, avoid: readonly string[]): Promise<Result<void>> {
    let size = await this.largestArray();
    while (ticket.left.length > 0) {
      const tasks = ticket.left.slice(0, size);
      const submitted = await this.submitArray(ticket, tasks, avoid);
      if (submitted.ok) continue;
      if (submitted.problem.code !== 'cluster-queue-full' || tasks.length === 1) return submitted;
      size = Math.ceil(tasks.length / 2);
    }
    return ok(undefined);
  }

  private async submitArray(ticket: Ticket, tasks: ShardTask[], avoid: readonly string[]): Promise<Result<void>> {
    const name = `lookalike-${basename(ticket.plan)}-${ticket.arrays.length}`;
    const array = { name, tasks, avoid: [...avoid] };
    const left = ticket.left.splice(0, tasks.length);
    ticket.arrays.push(array);
    await writeTicket(ticket);
    const script = join(ticket.plan, `${name}.sh`);
    await writeAtomically(script, batchScript(ticket.command, ticket.plan, tasks, this.params));
    const submitted = await slurmCommand('sbatch', [...this.optionsOf(ticket, array), script]);
    if (submitted.ok) return ok(undefined);
    ticket.left.unshift(...left);
    // Where nobody answered, it may have been accepted all the same: its name is kept, so that it is ended with the others.
    if (submitted.problem.code === 'cluster-away') ticket.arrays[ticket.arrays.length - 1] = { ...array, tasks: [] };
    else ticket.arrays.pop();
    await writeTicket(ticket);
    return this.explained(submitted);
  }

  private optionsOf({ plan, logs }: Ticket, { name, tasks, avoid }: Ticket['arrays'][number]): string[] {
    const { partition, account, time, memory, cores, gpus, atOnce, options } = this.params;
    const given = {
      partition,
      account,
      time,
      mem: memory,
      gpus: gpus || undefined,
      exclude: avoid.join(',') || undefined,
    };
    return [
      '--parsable',
      `--job-name=${name}`,
      `--array=0-${tasks.length - 1}${atOnce === undefined ? '' : `%${atOnce}`}`,
      // The run itself hands over again what is left undone.
      '--no-requeue',
      `--export=${passedVariables(process.env)}`,
      `--chdir=${plan}`,
      `--output=${join(logs, `${name}-`).replaceAll('%', '%%')}%a.log`,
      '--open-mode=append',
      '--ntasks=1',
      `--cpus-per-task=${cores}`,
      ...Object.entries(given).flatMap(([option, value]) => (value === undefined ? [] : `--${option}=${value}`)),
      ...options,
    ];
  }

  /** Of a partition that is not there, those that are. */
  private async explained(refused: Extract<Result<never>, { ok: false }>): Promise<Result<never>> {
    const { problem } = refused;
    if (problem.code !== 'cluster-refused' || !/partition/i.test(problem.message)) return refused;
    const partitions = await slurmCommand('sinfo', ['--noheader', '--format=%R']);
    if (!partitions.ok) return refused;
    const names = [...new Set(partitions.value.split('\n').filter(Boolean))].join(', ');
    return fail(problem.code, problem.message, {
      hint: `Partitions here: ${names}. Choose one by --executor-set partition=NAME.`,
    });
  }

  private async largestArray(): Promise<number> {
    if (this.arraySize === undefined) {
      const config = await slurmCommand('scontrol', ['show', 'config']);
      if (!config.ok) return ARRAY_SIZE;
      this.arraySize = Math.max(1, Number(/^MaxArraySize\s*=\s*(\d+)/m.exec(config.value)?.[1] ?? ARRAY_SIZE));
    }
    return this.arraySize;
  }

  /** Tasks that the queue knows, ended ones for some minutes. Its text has one form in every version, its JSON has not. */
  private async rowsOf({ arrays }: Ticket): Promise<Result<Row[]>> {
    if (arrays.length === 0) return ok([]);
    const names = arrays.map(({ name }) => name).join(',');
    const options = ['--noheader', '--array', '--states=all', `--name=${names}`, '--format=%F|%j|%K|%T|%r|%N'];
    const listed = await slurmCommand('squeue', options);
    if (!listed.ok) return listed;
    const lines = listed.value.split('\n').filter(Boolean);
    return ok(
      lines.map((line) => {
        const [job = '', name = '', task, state = '', reason = '', machine = ''] = line.split('|');
        return { job, name, task: Number(task), state, reason, machine };
      }),
    );
  }
}

function isAlive({ state }: Row): boolean {
  return !ENDED.has(state);
}

function viewOf(ticket: Ticket, rows: Result<Row[]>): QueueView {
  const logOf = (shard: number) => logOfShard(ticket, shard);
  if (!rows.ok)
    return { alive: undefined, running: 0, reason: rows.problem.message, never: false, ended: new Map(), logOf };
  const tasksOf = new Map(ticket.arrays.map(({ name, tasks }) => [name, tasks]));
  const alive = new Set(ticket.left.flatMap(shardsOf));
  const ended = new Map<number, TaskEnd>();
  for (const row of rows.value) {
    const task = tasksOf.get(row.name)?.[row.task];
    for (const shard of task ? shardsOf(task) : []) {
      if (isAlive(row)) alive.add(shard);
      else ended.set(shard, { state: row.state, machine: row.machine || undefined, suspect: SUSPECT.has(row.state) });
    }
  }
  const waiting = rows.value.find(({ state }) => state === 'PENDING');
  const never = waiting !== undefined && NEVER.has(waiting.reason);
  const running = rows.value.filter(({ state }) => state === 'RUNNING').length;
  return {
    alive,
    running,
    reason: waiting?.reason ?? (ticket.left.length > 0 ? 'the queue is full' : undefined),
    never,
    ended,
    logOf,
  };
}

function shardsOf({ first, count }: ShardTask): number[] {
  return Array.from({ length: count }, (_, n) => first + n);
}

function logOfShard({ arrays, logs, plan }: Ticket, shard: number): string {
  for (const { name, tasks } of arrays.toReversed()) {
    const task = tasks.findIndex(({ first, count }) => first <= shard && shard < first + count);
    if (task >= 0) return join(logs, `${name}-${task}.log`);
  }
  return plan;
}

function leftBehind({ arrays }: Ticket, why: string): Result<never> {
  const names = arrays.map(({ name }) => name);
  return fail('cluster-jobs-left', `Jobs may be left on the cluster: ${why}`, {
    hint: `End them by \`scancel --name=${names.join(',')}\`; those that go on compute what the next run takes over.`,
  });
}
