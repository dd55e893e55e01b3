import { distance } from 'fastest-levenshtein';

/** The word nearest to what was written, where one is near enough to be meant. */
export function nearest(written: string, words: readonly string[]): string | undefined {
  const ranked = words
    .map((word) => ({ word, edits: distance(written.toLowerCase(), word.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  const best = ranked[0];
  return best && best.edits <= Math.max(1, Math.floor(written.length / 3)) ? best.word : undefined;
}

/** `; did you mean "x"?`, or nothing. */
export function didYouMean(suggestion: string | undefined): string {
  return suggestion === undefined ? '' : `; did you mean "${suggestion}"?`;
}
