import { counted } from '../../../../server/src/protocol/figure-text.js';
import type { PeoplePage } from '../../../../server/src/protocol/runs/explore/people.js';

type Considered = PeoplePage['considered'];

/** How many photographs a view is of, and how many it is not of and why. */
export function consideredWords(
  { images, noEmbedding, missing, leftOut, unknown = 0 }: Omit<Considered, 'unknown'> & Partial<Considered>,
  ofWhom = '',
): string {
  const beside = [
    [noEmbedding, 'without an embedding'],
    [missing, 'whose embedding is no longer kept'],
    [unknown, 'of whom it is not known who they are'],
    [leftOut, 'left out, drawn by a fixed seed'],
  ] as const;
  const words = beside.flatMap(([some, what]) => (some > 0 ? [`${counted(some, 'photograph')} ${what}`] : []));
  const all = `Of ${counted(images, 'photograph')}${ofWhom}.`;
  return words.length > 0 ? `${all} Not among them: ${words.join(', ')}.` : all;
}
