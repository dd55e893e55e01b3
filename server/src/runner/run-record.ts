import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { problemSchema } from '../protocol/errors.js';
import { runStatus } from '../protocol/results.js';
import { writeAtomically } from './store/files.js';

const RECORD = 'run.json';

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
  progress: z.object({ stage: z.string(), label: z.string(), done: z.int(), total: z.int() }).optional(),
});

/** `run.json`: what a run is doing, for whoever looks at its folder. */
export type RunRecord = z.infer<typeof runRecordSchema>;

export function newRunRecord(run: Pick<RunRecord, 'id' | 'file' | 'name' | 'startedAt' | 'pid'>): RunRecord {
  return { ...run, status: 'running', host: hostname() };
}

export async function writeRunRecord(folder: string, record: RunRecord): Promise<void> {
  await writeAtomically(join(folder, RECORD), `${JSON.stringify(record, null, 2)}\n`);
}

/** The record in a run's folder, or undefined where there is none that can be read. */
export async function readRunRecord(folder: string): Promise<RunRecord | undefined> {
  try {
    return runRecordSchema.parse(JSON.parse(await readFile(join(folder, RECORD), 'utf8')));
  } catch {
    return undefined;
  }
}
