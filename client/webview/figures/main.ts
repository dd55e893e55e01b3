import { parseHTML } from 'linkedom';
import type { PaperChoice } from '../../../server/src/protocol/images/paper-choice.js';
import type { PaperFile } from '../../../server/src/protocol/images/paper-figure.js';
import type { ReportData } from '../../../server/src/protocol/webview.js';
import { paperFigure } from '../charts/paper/paper-figure.js';
import { drawOn } from '../charts/plot-svg.js';
import { nameRuns } from '../sections/run-names.js';
import { figuresOf } from './all.js';

/*
 * Charts where there is no browser: of a document that is nothing but elements.
 */
drawOn(parseHTML('<!doctype html><html><body></body></html>').document as unknown as Document);

/** Every chart that a report of these runs shows, for paper. */
export function drawFigures(
  { results, compare }: Pick<ReportData, 'results' | 'compare'>,
  choice: PaperChoice,
): PaperFile[] {
  return figuresOf(nameRuns([results, ...compare])).map(({ file, draw }) => ({
    file,
    svg: paperFigure(draw, choice).svg,
  }));
}
