/** A piece of text that stands in for another. Offsets are UTF-16 units of the text before. */
export interface TextChange {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The text after changes that do not overlap, in the order of the text. */
export function applyChanges(text: string, changes: readonly TextChange[]): string {
  return changes.reduceRight(
    (whole, { start, end, text: part }) => whole.slice(0, start) + part + whole.slice(end),
    text,
  );
}
