import type { Results } from '../../protocol/results.js';
import { stages } from '../all.js';

/** The finding of a run, in a sentence a stage that has one, the last stage's first: what an experiment is made for. */
export function headlineOf(results: Results): string[] {
  return [...stages].reverse().flatMap((stage) => stage.finding?.(results) ?? []);
}
