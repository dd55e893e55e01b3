import type { Results } from '../../protocol/results.js';
import { stages } from '../all.js';

/**
 * The finding of a run, in a sentence a stage that has one, the last stage's first: what an experiment is made for. A stage
 * that is not done has compared only some of its models or perturbations, which is no finding.
 */
export function headlineOf(results: Results, isDone: (stage: string) => boolean = () => true): string[] {
  const done = [...stages].reverse().filter(({ key }) => isDone(key));
  return done.flatMap((stage) => stage.finding?.(results) ?? []);
}
