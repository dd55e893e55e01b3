import { isSeq } from 'yaml';
import { code } from '../../experiment/schema/schema-words.js';
import type { SpecPath } from '../../experiment/syntax/tree.js';
import { count, counted, megabytes, roughly } from '../../protocol/figure-text.js';
import type { PlannedWork } from '../../protocol/lsp.js';
import type { ExperimentDocument } from '../document.js';
import type { Note } from './note.js';

/** What the work that is not cached would cost, beside each model, perturbation or stage; nothing where nothing was measured. */
export function costNotes(document: ExperimentDocument, planned: readonly PlannedWork[]): Note[] {
  const places = new Map<string, { at: SpecPath; works: PlannedWork[] }>();
  for (const work of planned) {
    const at = placeOf(document, work);
    if (!at) continue;
    const place = places.get(JSON.stringify(at)) ?? { at, works: [] };
    places.set(JSON.stringify(at), place);
    place.works.push(work);
  }
  return [...places.values()].flatMap(({ at, works }) => {
    const [only, ...others] = works;
    const label = only && costLabel(others.length === 0 ? only : sumOf(only, works));
    if (!label) return [];
    const each = works.flatMap((work) => {
      const text = costText(work);
      return text ? [others.length === 0 ? text : `- ${code(work.label)}: ${text}`] : [];
    });
    return [{ at, label, tooltip: each.join('\n') }];
  });
}

/** Of what stands at one place, one after the other: the models of a stage. */
function sumOf(first: PlannedWork, works: readonly PlannedWork[]): PlannedWork {
  const sum = (key: 'total' | 'cached' | 'seconds' | 'diskMb') =>
    works.reduce<number | null>((all, work) => (all === null || work[key] === null ? null : all + work[key]), 0);
  const sums = { total: sum('total'), cached: sum('cached'), seconds: sum('seconds'), diskMb: sum('diskMb') };
  return { ...first, ...sums, memoryMb: Math.max(...works.map(({ memoryMb }) => memoryMb ?? 0)) };
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
