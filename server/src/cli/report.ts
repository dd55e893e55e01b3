import { join, resolve } from 'node:path';
import { findRun } from '../history/find-run.js';
import { writeReport } from '../report/write-report.js';
import { homeIn } from '../store/home.js';
import { EXIT } from './exit.js';
import { printProblem, say } from './print.js';

/** `lookalike report RUN`: RUN is a run's folder, or its id, or the beginning of one that no other has. */
export async function report(run: string, options: { html?: string }): Promise<number> {
  const found = await findRun(run, homeIn(process.cwd()));
  if (!found.ok) return printProblem(found.problem, EXIT.usage);
  const folder = found.value;
  const html = resolve(options.html ?? join(folder, 'report.html'));
  const written = await writeReport(folder, html);
  if (!written.ok) return printProblem(written.problem, EXIT.usage);
  say(process.stdout, html);
  return EXIT.done;
}
