import { join } from 'node:path';
import { ok, type Problem, type Result } from '../protocol/errors.js';
import type { PaperChoice } from '../protocol/images/paper-choice.js';
import { drawFigures } from './built-code.js';
import { describeRun } from './methods/read-methods.js';
import { readReport, writeFileOf } from './write-report.js';

/** A text that goes into the folder of figures. */
export interface FigureFile {
  readonly name: string;
  readonly text: string;
}

/**
 * Every figure of a run, beside those that it is compared with, for paper, and what its text needs. What could not be read of the run is among the warnings.
 * Problems: those of `readResults`, `report-code-missing`.
 */
export async function figureFiles(
  runFolder: string,
  choice: PaperChoice,
  compare: readonly string[] = [],
): Promise<Result<{ readonly files: FigureFile[]; readonly warnings: readonly Problem[] }>> {
  const report = await readReport(runFolder, { compare, neighbours: false });
  if (!report.ok) return report;
  const { data, warnings } = report.value;
  const drawn = await drawFigures(data, choice);
  if (!drawn.ok) return drawn;
  const { methods } = await describeRun(runFolder, data.results);
  const files = [
    ...drawn.value.map(({ file, svg }) => ({ name: `${file}.svg`, text: svg })),
    { name: 'methods.md', text: `${[...methods.paragraphs, CITED_AS].join('\n\n')}\n` },
    { name: 'references.bib', text: methods.references.map(({ bibtex }) => bibtex).join('\n') },
  ];
  return ok({ files, warnings });
}

const CITED_AS = '<!-- Works are cited as Pandoc reads it, from references.bib. -->';

/** Writes the figures of a run into a folder, each whole or not at all. Problems: those of `figureFiles`, `report-not-written`. */
export async function writeFigures(
  runFolder: string,
  folder: string,
  choice: PaperChoice,
): Promise<Result<{ readonly files: readonly string[]; readonly warnings: readonly Problem[] }>> {
  const made = await figureFiles(runFolder, choice);
  if (!made.ok) return made;
  const written: string[] = [];
  for (const { name, text } of made.value.files) {
    const file = join(folder, name);
    const done = await writeFileOf(file, text);
    if (!done.ok) return done;
    written.push(file);
  }
  return ok({ files: written, warnings: made.value.warnings });
}
