import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { findRun } from '../../history/find-run.js';
import { readRun } from '../../history/read-run.js';
import { fail } from '../../protocol/errors.js';
import { counted, megabytes } from '../../protocol/figure-text.js';
import { visibleText } from '../../protocol/text/visible-text.js';
import { homeIn } from '../../store/home.js';
import { removeRunFolder } from '../../store/run-folder/run-folder.js';
import { EXIT } from '../exit.js';
import { printProblem, say } from '../print.js';

/** `lookalike runs remove ID…`: removes runs for good, after a yes. One that cannot be removed keeps none of the others. */
export async function remove(ids: readonly string[], { yes = false }: { readonly yes?: boolean }): Promise<number> {
  const folders: string[] = [];
  for (const id of ids) {
    const found = await findRun(id, homeIn(process.cwd()));
    if (!found.ok) return printProblem(found.problem, EXIT.usage);
    if (!folders.includes(found.value)) folders.push(found.value);
  }
  for (const folder of folders) {
    if (await isGoing(folder)) {
      const hint = 'Cancel it, or wait for it to end. Nothing was removed.';
      return printProblem(fail('run-folder-busy', `${folder} is going on`, { hint }).problem, EXIT.usage);
    }
  }
  for (const folder of folders) say(process.stdout, await described(folder));
  if (!yes) {
    const answer = await confirmed(folders.length);
    if (answer === undefined) {
      const hint = 'Say --yes to remove them without being asked.';
      return printProblem(fail('confirmation-needed', 'Nobody can be asked here', { hint }).problem, EXIT.usage);
    }
    if (!answer) return EXIT.cancelled;
  }
  let exit: number = EXIT.done;
  for (const folder of folders) {
    const removed = await removeRunFolder(folder);
    if (removed.ok) say(process.stdout, `removed ${folder}`);
    else exit = printProblem(removed.problem, EXIT.failed);
  }
  return exit;
}

async function isGoing(folder: string): Promise<boolean> {
  return (await readRun(folder))?.summary.status === 'running';
}

async function described(folder: string): Promise<string> {
  const run = await readRun(folder);
  const files = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    files
      .filter((file) => file.isFile())
      .map(async ({ parentPath, name }) => {
        return (await stat(join(parentPath, name)).catch(() => undefined))?.size ?? 0;
      }),
  );
  const size = megabytes(sizes.reduce((sum, bytes) => sum + bytes, 0) / 2 ** 20);
  const what = run ? `${run.summary.name}, ${run.summary.startedAt}, ${run.summary.status}` : 'no run that can be read';
  return `${folder}: ${what}, ${counted(sizes.length, 'file')}, ${size}`;
}

/** Undefined where nobody sits at the terminal. */
async function confirmed(runs: number): Promise<boolean | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await asking.question(visibleText(`Remove ${counted(runs, 'run')} for good? [y/N] `));
  asking.close();
  return /^y(?:es)?$/i.test(answer.trim());
}
