import { findRun } from '../../history/find-run.js';
import { homeIn } from '../../store/home.js';
import { readRunNote, writeRunNote } from '../../store/run-folder/run-note.js';
import { EXIT } from '../exit.js';
import { printProblem, say } from '../print.js';

/** `lookalike runs note ID TEXT`: keeps a note, a star, or both beside a run; without either it prints the note. */
export async function note(id: string, text: string | undefined, { star }: { star?: boolean }): Promise<number> {
  const folder = await findRun(id, homeIn(process.cwd()));
  if (!folder.ok) return printProblem(folder.problem, EXIT.usage);
  const before = await readRunNote(folder.value);
  const isWritten = text !== undefined || star !== undefined;
  // One that cannot be read is written anew only where all of it is given.
  if (!before.ok && (text === undefined || !isWritten)) return printProblem(before.problem, EXIT.failed);
  const known = before.ok ? before.value : { star: false, note: '' };
  if (!isWritten) {
    say(process.stdout, `${known.star ? '★ ' : ''}${known.note}`);
    return EXIT.done;
  }
  const written = await writeRunNote(folder.value, { star: star ?? known.star, note: text ?? known.note });
  return written.ok ? EXIT.done : printProblem(written.problem, EXIT.usage);
}
