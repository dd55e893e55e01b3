import { basename, dirname } from 'node:path';
import { overridesOf } from '../../protocol/runs/variant.js';
import { readRequest, SPEC } from './control-files.js';
import { readRunRecord } from './run-record.js';

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
  const folder = dirname(file);
  const record = await readRunRecord(folder);
  return record && { file: record.file, set: overridesOf(record), workspaceFolder: workspaceFolderOf(folder) };
}

/** Known of runs that an editor started. */
function workspaceFolderOf(folder: string): string | undefined {
  try {
    return readRequest(folder).workspaceFolder;
  } catch {
    return undefined;
  }
}
