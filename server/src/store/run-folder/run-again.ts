import { basename, dirname } from 'node:path';
import { overridesOf } from '../../protocol/runs/variant.js';

/** The text of a run's experiment, in its folder. */
export const SPEC = 'spec.yaml';

/** What a run was of, beside the text that it keeps. */
export interface RanAs {
  /** The experiment's file, which paths in the text are relative to. */
  readonly file: string;
  /** What overrode the text; a variant's text holds that already. */
  readonly set: readonly string[];
  readonly workspaceFolder?: string;
}

/** Of the text that a run keeps in its folder, so that it can be run again as it stands; undefined for any other file. */
export async function ranAs(file: string): Promise<RanAs | undefined> {
  if (basename(file) !== SPEC) return undefined;
  // What a run may hold takes long to load, and most files that are asked about are no run's.
  const { readRunRecord } = await import('./run-record.js');
  const folder = dirname(file);
  const record = await readRunRecord(folder);
  return record && { file: record.file, set: overridesOf(record), workspaceFolder: await workspaceFolderOf(folder) };
}

/** Known of runs that an editor started. */
async function workspaceFolderOf(folder: string): Promise<string | undefined> {
  const { readRequest } = await import('./control-files.js');
  try {
    return readRequest(folder).workspaceFolder;
  } catch {
    return undefined;
  }
}
