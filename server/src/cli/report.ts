import { join, resolve } from 'node:path';
import { writeReport } from '../report/write-report.js';
import { EXIT } from './exit.js';
import { printProblem, say } from './print.js';
import { runNamed } from './run-named.js';

/** `lookalike report RUN`: RUN is a run's folder, or an id below the current folder's `.lookalike/runs`. */
export async function report(run: string, options: { html?: string }): Promise<number> {
  const folder = runNamed(run);
  const html = resolve(options.html ?? join(folder, 'report.html'));
  const written = await writeReport(folder, html);
  if (!written.ok) return printProblem(written.problem, EXIT.usage);
  say(process.stdout, html);
  return EXIT.done;
}
