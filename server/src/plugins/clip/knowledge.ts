/** Of what alone a model's answers mean something: images of one data set, and the words that it learnt. */
export interface Knowledge {
  /** The data set whose images it was trained on. */
  readonly dataset: string;
  /** The images, in words that go on a sentence: "drawn portraits". */
  readonly images: string;
  /** Every word that it learnt, lower case. */
  readonly words: ReadonlySet<string>;
}

/** The words, numbers and signs of a text that a model never learnt, each once; none where it knows them all. */
export function unknownWords(text: string, { words }: Knowledge): string[] {
  const said = text.toLowerCase().match(/\p{L}+|\p{N}+|[^\s\p{P}\p{L}\p{N}]+/gu) ?? [];
  return [...new Set(said)].filter((word) => !words.has(word));
}

const MOST_NAMED = 5;

/** The same as part of a sentence: “beach”, “dog” and 3 more. */
export function unknownText(unknown: readonly string[]): string {
  const named = unknown.slice(0, MOST_NAMED).map((word) => `“${word}”`);
  const more = unknown.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
