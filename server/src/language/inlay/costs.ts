import { isSeq } from 'yaml';
import type { SpecPath } from '../../experiment/syntax/tree.js';
import { count, counted, megabytes, roughly } from '../../protocol/figure-text.js';
import type { PlannedWork } from '../../protocol/lsp.js';
import type { ExperimentDocument } from '../document.js';
import type { Note } from './note.js';

/** What the work that is not cached would cost, beside each model, perturbation or stage; nothing where nothing was measured. */
export function costNotes(document: ExperimentDocument, planned: readonly PlannedWork[]): Note[] {
  return planned.flatMap((work) => {
    const at = placeOf(document, work);
    const label = costLabel(work);
    return at && label ? [{ at, label, tooltip: costText(work) }] : [];
  });
}

/** `~ 2 min · 1.2 GB`: time, and memory or disk, whichever is more. */
function costLabel({ seconds, diskMb, memoryMb }: PlannedWork): string | undefined {
  if (seconds === null || seconds === 0) return undefined;
  const most = Math.max(diskMb ?? 0, memoryMb ?? 0);
  return `~ ${roughly(seconds)}${most > 0 ? ` · ${megabytes(most)}` : ''}`;
}

/** A sentence for hovers: what is cached and what the rest costs. Undefined where nothing is known. */
export function costText({ total, cached, seconds, diskMb, memoryMb }: PlannedWork): string | undefined {
  if (total === null || cached === null) return undefined;
  const left = total - cached;
  if (left === 0) return `All of ${counted(total, 'image')} are in the cache.`;
  const parts = [
    seconds === null ? 'for a time that was never measured on this machine' : `about ${roughly(seconds)}`,
    ...(diskMb === null ? [] : [`${megabytes(diskMb)} on disk`]),
    ...(memoryMb === null ? [] : [`${megabytes(memoryMb)} of memory`]),
  ];
  return `${counted(left, 'image')} of ${count(total)} to compute: ${parts.join(', ')}, at the rate measured here.`;
}

/** Where a model or perturbation of this name stands, else the stage. */
function placeOf({ tree, experiment }: ExperimentDocument, { stage, label }: PlannedWork): SpecPath | undefined {
  if (tree.nodeAt([stage]) === undefined) return undefined;
  const models = experiment.spec?.embed?.models ?? [];
  const model = models.findIndex(({ name }) => name === label);
  if (stage === 'embed' && model >= 0 && isSeq(tree.nodeAt(['embed', 'models']))) return ['embed', 'models', model];
  if (stage === 'poison' && tree.nodeAt(['poison', label]) !== undefined) return ['poison', label];
  return [stage];
}
