import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { problemSchema } from '../../protocol/problem.js';
import { runStatus } from '../../protocol/results.js';
import { processIdentitySchema, type StartRequest, starter } from '../../protocol/runner.js';
import { stageStateSchema } from '../../protocol/runs/run-state.js';
import { sweptProperties } from '../../protocol/runs/variant-schema.js';
import { sha256, writeAtomically } from '../files.js';
import { readPlain, UnfitFile } from '../plain-file.js';
import { identityOf } from '../process-identity.js';

const RECORD = 'run.json';
/** Far above what a run writes. */
const MAX_BYTES = 2 ** 20;

const runRecordSchema = z.object({
  id: z.string(),
  file: z.string(),
  name: z.string(),
  status: runStatus,
  problem: problemSchema.optional(),
  host: z.string(),
  /** The runner's process, or its starter's until it runs; records of earlier versions have the number alone. */
  ...processIdentitySchema.partial({ started: true, space: true }).shape,
  /** Its process is still its starter's: the runner has not begun. */
  launching: z.boolean().optional(),
  startedAt: z.iso.datetime(),
  startedBy: starter.default('terminal'),
  /** What overrode the file, and the stage that it was to stop after. */
  set: z.array(z.string()).default([]),
  stage: z.string().optional(),
  ...sweptProperties,
  /** How many variants its sweep has. */
  variantCount: z.int().optional(),
  /** Empty until the experiment is read. */
  stages: z.array(stageStateSchema).default([]),
  /** Folders of perturbed photographs beside this file, by the perturbations' names. */
  perturbed: z.array(z.string()).default([]),
});

/** `run.json`: what a run is doing, for whoever looks at its folder. */
export type RunRecord = z.infer<typeof runRecordSchema>;

/** What a run is of, and who started it. */
export type RunOf = Pick<
  StartRequest,
  'file' | 'name' | 'startedBy' | 'set' | 'stage' | 'sweep' | 'variant' | 'variantCount'
>;

/** A run of this process that begins now. */
export function newRunRecord(
  id: string,
  { file, name = basename(file), startedBy, set, stage, sweep, variant, variantCount }: RunOf,
): RunRecord {
  const now = {
    startedAt: new Date().toISOString(),
    status: 'running' as const,
    stages: [],
    perturbed: [],
  } satisfies Partial<RunRecord>;
  return {
    id,
    file,
    name,
    startedBy,
    set,
    stage,
    sweep,
    variant,
    variantCount,
    ...identityOf(process.pid),
    host: hostname(),
    ...now,
  };
}

/** A record as its file has it, with a checksum over the rest. */
export function recordText(record: RunRecord): string {
  return `${JSON.stringify({ ...record, checksum: checksumOf(record) }, null, 2)}\n`;
}

export async function writeRunRecord(folder: string, record: RunRecord): Promise<void> {
  await writeAtomically(join(folder, RECORD), recordText(record));
}

/** The record in a run's folder, or undefined where there is none that can be read. */
export async function readRunRecord(folder: string): Promise<RunRecord | undefined> {
  const record = await inspectRunRecord(folder);
  return record.ok ? record.value : undefined;
}

/** The record in a run's folder. Problems: `run-record-missing`, `run-record-unusable`. */
export async function inspectRunRecord(folder: string): Promise<Result<RunRecord>> {
  const file = join(folder, RECORD);
  try {
    const { checksum, ...rest } = JSON.parse((await readPlain(file, MAX_BYTES)).toString('utf8')) ?? {};
    const record = runRecordSchema.safeParse(rest);
    if (record.success && (checksum === undefined || checksum === checksumOf(rest))) return ok(record.data);
    return unusable(`${file} is not what the run wrote: it was cut short, altered or replaced`);
  } catch (error) {
    if (error instanceof UnfitFile && error.why === 'missing') return fail('run-record-missing', error.message);
    if (error instanceof UnfitFile) return unusable(error.message);
    if (error instanceof SyntaxError) return unusable(`${file} is not JSON: ${error.message}`);
    throw error;
  }
}

function unusable(message: string): Result<never> {
  return fail('run-record-unusable', message, {
    hint: 'Its results are shown; when it began and what it said is not.',
  });
}

function checksumOf(record: unknown): string {
  return sha256(JSON.stringify(record)).slice(0, 16);
}
