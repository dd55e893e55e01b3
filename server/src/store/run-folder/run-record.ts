import { readFile, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { problemSchema } from '../../protocol/problem.js';
import { runStatus } from '../../protocol/results.js';
import { processIdentitySchema, type StartRequest, starter } from '../../protocol/runner.js';
import { stageStateSchema } from '../../protocol/runs/run-state.js';
import { writeAtomically } from '../files.js';
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
  /** Empty until the experiment is read. */
  stages: z.array(stageStateSchema).default([]),
  /** Folders of perturbed photographs beside this file, by the perturbations' names. */
  perturbed: z.array(z.string()).default([]),
});

/** `run.json`: what a run is doing, for whoever looks at its folder. */
export type RunRecord = z.infer<typeof runRecordSchema>;

/** A run of this process that begins now. */
export function newRunRecord(
  id: string,
  { file, startedBy, set, stage }: Pick<StartRequest, 'file' | 'startedBy' | 'set' | 'stage'>,
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
    name: basename(file),
    startedBy,
    set,
    stage,
    ...identityOf(process.pid),
    host: hostname(),
    ...now,
  };
}

export async function writeRunRecord(folder: string, record: RunRecord): Promise<void> {
  await writeAtomically(join(folder, RECORD), `${JSON.stringify(record, null, 2)}\n`);
}

/** The record in a run's folder, or undefined where there is none that can be read. */
export async function readRunRecord(folder: string): Promise<RunRecord | undefined> {
  const file = join(folder, RECORD);
  try {
    if ((await stat(file)).size > MAX_BYTES) return undefined;
    return runRecordSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}
