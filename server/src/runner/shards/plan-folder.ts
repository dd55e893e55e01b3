import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { fail, ok, type Problem, type Result } from '../../protocol/errors.js';
import { problemSchema } from '../../protocol/problem.js';
import { deviceSchema } from '../../protocol/runner.js';
import { writeAtomically } from '../../store/files.js';
import { shardPlanFile } from '../embedding/embedding-plan.js';

/*
 * The folder of a plan that is computed elsewhere: `plan.json`, `N.json` with the work of shard N, and what workers leave
 * beside it, `N.done.json` or `N.failed.json`.
 */
const PLAN = 'plan.json';
const PLANS = 'plans';
const DONE = '.done.json';

const planSchema = z.object({
  format: z.literal(1),
  shards: z.int().positive(),
  /** The private folder. */
  home: z.string(),
  /** Modules of third parties' plugins. */
  plugins: z.array(z.string()),
  device: deviceSchema,
  /** False where what was computed before this plan was made does not count. */
  useCache: z.boolean(),
});
export type Plan = z.infer<typeof planSchema>;

const doneSchema = z.object({
  machine: z.string(),
  images: z.int().nonnegative(),
  seconds: z.number().nonnegative(),
  waiting: z.number().nonnegative(),
  /** Of a search: how many pairs of a query and a row were compared. */
  pairs: z.int().nonnegative().default(0),
  /** By the name of its outcome, why a photograph has no version that could be kept. */
  refused: z.record(z.string(), problemSchema).default({}),
});
/** What a worker says of a shard that it has computed. */
export type ShardDone = z.infer<typeof doneSchema>;

const failedSchema = z.object({ machine: z.string(), problem: problemSchema });
export type ShardFailed = z.infer<typeof failedSchema>;

/** Makes a new folder for a plan beside what its shards are written to; its shards are complete before its `plan.json` is. */
export async function writePlanFolder(beside: string, plan: Plan, shards: readonly unknown[]): Promise<string> {
  const folder = join(beside, PLANS, randomBytes(6).toString('hex'));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const [n, shard] of shards.entries())
    await writeFile(shardPlanFile(folder, n), JSON.stringify(shard), { mode: 0o600 });
  await writeAtomically(join(folder, PLAN), JSON.stringify(plan));
  return folder;
}

export async function listPlanFolders(beside: string): Promise<string[]> {
  const names = await readdir(join(beside, PLANS)).catch(() => [] as string[]);
  return names.sort().map((name) => join(beside, PLANS, name));
}

/** Problems: `plan-missing`, `plan-unusable`. */
export async function readPlan(folder: string): Promise<Result<Plan>> {
  const file = join(folder, PLAN);
  const hint = 'Plans are there while a run waits for their shards: give the folder that it says.';
  try {
    const plan = planSchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
    if (plan.success) return ok(plan.data);
    return fail('plan-unusable', `${file} is no plan of this version of Lookalike`, {
      hint: 'Run the same version everywhere.',
    });
  } catch (error) {
    if (error instanceof SyntaxError) return fail('plan-unusable', `${file} is not JSON: ${error.message}`, { hint });
    return fail('plan-missing', `There is no plan in ${folder}: ${(error as Error).message}`, { hint });
  }
}

export function writeDone(plan: string, n: number, done: Omit<ShardDone, 'machine'>): Promise<void> {
  return writeAtomically(doneFile(plan, n), JSON.stringify({ ...done, machine: machineName() }));
}

export function readDone(plan: string, n: number): Promise<ShardDone | undefined> {
  return readNote(doneFile(plan, n), doneSchema);
}

export function writeFailed(plan: string, n: number, problem: Problem): Promise<void> {
  return writeAtomically(failedFile(plan, n), JSON.stringify({ problem, machine: machineName() }));
}

export function readFailed(plan: string, n: number): Promise<ShardFailed | undefined> {
  return readNote(failedFile(plan, n), failedSchema);
}

/** Numbers of the shards that workers say they have computed. */
export async function listDone(plan: string): Promise<number[]> {
  const names = await readdir(plan);
  return names.filter((name) => name.endsWith(DONE)).map((name) => Number(name.slice(0, -DONE.length)));
}

/** As the cluster calls it, which is what it is kept away from by. */
function machineName(): string {
  return process.env.SLURMD_NODENAME ?? hostname();
}

function doneFile(plan: string, n: number): string {
  return join(plan, `${n}${DONE}`);
}

function failedFile(plan: string, n: number): string {
  return join(plan, `${n}.failed.json`);
}

async function readNote<T>(file: string, schema: z.ZodType<T>): Promise<T | undefined> {
  try {
    return schema.safeParse(JSON.parse(await readFile(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}
