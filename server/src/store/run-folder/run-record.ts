import { readFile, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { problemSchema } from '../../protocol/problem.js';
import { runStatus } from '../../protocol/results.js';
import { stageStateSchema } from '../../protocol/run-state.js';
import { writeAtomically } from '../files.js';

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
  /** The runner's process. */
  pid: z.int(),
  startedAt: z.iso.datetime(),
  /** Empty until the experiment is read. */
  stages: z.array(stageStateSchema).default([]),
  /** Folders of perturbed photographs beside this file, by the perturbations' names. */
  perturbed: z.array(z.string()).default([]),
});

/** `run.json`: what a run is doing, for whoever looks at its folder. */
export type RunRecord = z.infer<typeof runRecordSchema>;

export function newRunRecord(run: Pick<RunRecord, 'id' | 'file' | 'name' | 'startedAt' | 'pid'>): RunRecord {
  return { ...run, status: 'running', host: hostname(), stages: [], perturbed: [] };
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
