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

/** How many there are is worth saying before anybody knows what they take. */
const MANY_PAIRS = 1_000_000;

/** `~ 2 min · 1.2 GB`: time, and memory or disk, whichever is more. */
function costLabel({ unit, total, cached, seconds, diskMb, memoryMb }: PlannedWork): string | undefined {
  if (seconds === null && unit && cached === 0 && (total ?? 0) >= MANY_PAIRS) return counted(total ?? 0, unit);
  if (seconds === null || seconds === 0) return undefined;
  const most = Math.max(diskMb ?? 0, memoryMb ?? 0);
  return `${cached === null ? 'up to' : '~'} ${roughly(seconds)}${most > 0 ? ` · ${megabytes(most)}` : ''}`;
}

/** A sentence for hovers: what is cached and what the rest costs. Undefined where nothing is known. */
export function costText({ unit, total, cached, seconds, diskMb, memoryMb }: PlannedWork): string | undefined {
  if (total === null || (cached === null && seconds === null)) return undefined;
  const what = unit ?? 'image';
  const left = total - (cached ?? 0);
  if (left === 0) return `All of ${counted(total, what)} are in the cache.`;
  const parts = [
    seconds === null ? 'for a time that was never measured on this machine' : `about ${roughly(seconds)}`,
    ...(diskMb === null ? [] : [`${megabytes(diskMb)} on disk`]),
    ...(memoryMb === null ? [] : [`${megabytes(memoryMb)} of memory`]),
  ];
  const work =
    cached === null
      ? `${counted(total, what)}, less what is in the cache`
      : `${counted(left, what)} of ${count(total)} to ${unit === 'pair' ? 'compare' : 'compute'}`;
  return `${work}: ${parts.join(', ')}${seconds === null ? '' : ', at the rate measured here'}.`;
}

/** Where a model or perturbation of this name stands, else the stage. */
function placeOf({ tree, experiment }: ExperimentDocument, { stage, label }: PlannedWork): SpecPath | undefined {
  if (tree.nodeAt([stage]) === undefined) return undefined;
  const models = experiment.spec?.embed?.models ?? [];
  const model = models.findIndex(({ name }) => name === label);
  if (stage === 'embed' && model >= 0 && isSeq(tree.nodeAt(['embed', 'models']))) return ['embed', 'models', model];
  const isEntry = stage === 'poison' || stage === 'countermeasures';
  if (isEntry && tree.nodeAt([stage, label]) !== undefined) return [stage, label];
  return [stage];
}
