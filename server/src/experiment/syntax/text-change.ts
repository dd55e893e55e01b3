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

/** The one change that makes a text into another. */
export function difference(before: string, after: string): TextChange {
  const shortest = Math.min(before.length, after.length);
  let start = 0;
  while (start < shortest && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  let same = 0;
  const [last, lastAfter] = [before.length - 1, after.length - 1];
  while (same < shortest - start && before.charCodeAt(last - same) === after.charCodeAt(lastAfter - same)) same += 1;
  return { start, end: before.length - same, text: after.slice(start, after.length - same) };
}

/** What leads from an offset in the text after changes, which are in the order of the text, to the one before. */
export function offsetBefore(changes: readonly TextChange[]): (offset: number) => number {
  return (offset) => {
    let grown = 0;
    for (const { start, end, text } of changes) {
      const from = start + grown;
      if (offset < from || (offset === from && text === '')) break;
      // Inside of what is new, as near as what was there allows.
      if (offset < from + text.length) return Math.min(end, start + (offset - from));
      grown += text.length - (end - start);
    }
    return offset - grown;
  };
}
