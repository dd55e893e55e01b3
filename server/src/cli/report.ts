import { join, resolve } from 'node:path';
import { findRun } from '../history/find-run.js';
import type { PaperChoice } from '../protocol/images/paper-choice.js';
import { writeFigures } from '../report/write-figures.js';
import { writeReport } from '../report/write-report.js';
import { homeIn } from '../store/home.js';
import { EXIT } from './exit.js';
import { printProblem, say } from './print.js';

export interface ReportOptions extends PaperChoice {
  readonly html?: string;
  readonly figures?: string;
  readonly photographs?: boolean;
}

/**
 * `lookalike report RUN`: RUN is a run's folder, or its id, or the beginning of one that no other has. Says each file that it
 * wrote; the page is left out where figures alone are asked for.
 */
export async function report(run: string, { html, figures, photographs, ...choice }: ReportOptions): Promise<number> {
  const found = await findRun(run, homeIn(process.cwd()));
  if (!found.ok) return printProblem(found.problem, EXIT.usage);
  const folder = found.value;
  if (html !== undefined || figures === undefined) {
    const file = resolve(html ?? join(folder, 'report.html'));
    const written = await writeReport(folder, file, { photographs });
    if (!written.ok) return printProblem(written.problem, EXIT.usage);
    say(process.stdout, file);
  }
  if (figures !== undefined) {
    const written = await writeFigures(folder, resolve(figures), choice);
    if (!written.ok) return printProblem(written.problem, EXIT.usage);
    for (const file of written.value.files) say(process.stdout, file);
  }
  return EXIT.done;
}
