import { distance } from 'fastest-levenshtein';

/** Fewer letters are in too many words. */
const LEAST_PART = 4;

/** The word nearest to what was written, where one is near enough to be meant. */
export function nearest(written: string, words: readonly string[]): string | undefined {
  const plain = plainly(written);
  const ranked = words
    .map((word) => ({ word, edits: editsBetween(plain, plainly(word)) }))
    .sort((a, b) => a.edits - b.edits);
  const best = ranked[0];
  if (best && best.edits <= Math.max(1, Math.floor(written.length / 3))) return best.word;
  const having = plain.length < LEAST_PART ? [] : words.filter((word) => plainly(word).includes(plain));
  return having.length === 1 ? having[0] : undefined;
}

/** As names are written: without capitals, and with dashes for what others put between words. */
function plainly(word: string): string {
  return word.toLowerCase().replace(/[\s_/]+/g, '-');
}

/** Letters in another order are one slip. */
function editsBetween(a: string, b: string): number {
  const edits = distance(a, b);
  return edits > 1 && a.length === b.length && lettersOf(a) === lettersOf(b) ? 1 : edits;
}

function lettersOf(word: string): string {
  return [...word].sort().join('');
}

/** `; did you mean "x"?`, or nothing. */
export function didYouMean(suggestion: string | undefined): string {
  return suggestion === undefined ? '' : `; did you mean "${suggestion}"?`;
}
