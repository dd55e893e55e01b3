import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { writeReport } from '../report/write-report.js';
import { homeOf } from '../store/home.js';
import { EXIT } from './exit.js';
import { printProblem, say } from './print.js';

/** `lookalike report RUN`: RUN is a run's folder, or an id below the current folder's `.lookalike/runs`. */
export async function report(run: string, options: { html?: string }): Promise<number> {
  const folder = existsSync(join(resolve(run), 'run.json'))
    ? resolve(run)
    : join(homeOf(join(process.cwd(), 'any')), 'runs', run);
  const html = resolve(options.html ?? join(folder, 'report.html'));
  const written = await writeReport(folder, html);
  if (!written.ok) return printProblem(written.problem, EXIT.usage);
  say(process.stdout, html);
  return EXIT.done;
}
