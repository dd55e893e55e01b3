import { count, percent } from '../../protocol/figure-text.js';
import { COMPARED, DIFFERENCE, queriesNeeded } from '../../stages/findings/queries-needed.js';
import type { ExperimentDocument } from '../document.js';
import type { FileRuns } from '../run-states.js';
import { measuredNote, type Note } from './note.js';

/** How many queries it takes to see a difference, beside how many there are, by what the newest run has measured. */
export function queryNotes({ tree }: ExperimentDocument, runs: FileRuns): Note[] {
  if (tree.nodeAt(['queries']) === undefined) return [];
  for (const block of COMPARED) {
    const measured = runs.measured([block], (results) => queriesNeeded(results, block));
    if (!measured) continue;
    const { queries, discordance, from } = measured.value;
    const label = `${100 * DIFFERENCE} points need ~ ${count(queries)}`;
    const sentence = `To see a difference of ${100 * DIFFERENCE} points with 80 % power (McNemar’s test, at 5 %) takes about ${count(queries)} independent queries, where ${percent(discordance)} of them are discordant: ${from}. Several queries of one person count for less.`;
    return [measuredNote(['queries'], label, [sentence], measured)];
  }
  return [];
}
