import { join } from 'node:path';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { type RunNote, runNoteSchema } from '../../protocol/runs/table/run-row.js';
import { UnfitFile } from '../plain-file.js';
import { readRunFile, writeRunFile } from './sound-files.js';

/** Beside what the run wrote, which stays as it is. */
export const NOTE = 'note.json';
/** A note is a line or some; a longer one is kept elsewhere. */
const LONGEST_NOTE = 10_000;
const MOST_BYTES = 2 ** 20;

/** Writes what a user has to say of a run, over what was said before. Throws the file system's error. */
export async function writeRunNote(folder: string, note: RunNote): Promise<Result<void>> {
  if (note.note.length > LONGEST_NOTE) {
    return fail('note-too-long', `A note has ${LONGEST_NOTE} characters at the most, and this one ${note.note.length}`);
  }
  await writeRunFile(folder, NOTE, `${JSON.stringify(note, null, 2)}\n`);
  return ok(undefined);
}

/** What was said of a run; empty where nothing was. Problem: `note-unreadable`. */
export async function readRunNote(folder: string): Promise<Result<RunNote>> {
  const file = join(folder, NOTE);
  try {
    return ok(runNoteSchema.parse(JSON.parse((await readRunFile(file, MOST_BYTES)).toString('utf8'))));
  } catch (error) {
    if (error instanceof UnfitFile && error.why === 'missing') return ok(runNoteSchema.parse({}));
    if (error instanceof UnfitFile) return unreadable(error.message);
    if (error instanceof SyntaxError || (error as Error).name === 'ZodError') return unreadable(`${file} is no note`);
    throw error;
  }
}

function unreadable(message: string): Result<never> {
  return fail('note-unreadable', message, { hint: 'Write the note again with `lookalike runs note`.' });
}
