/** A part of a text that can be read alone: a top-level key with all that belongs to it. */
export interface Section {
  /** Offset of its first character in the text. */
  readonly start: number;
  readonly text: string;
}

/** Nobody completes in a larger one. */
const LARGEST_SECTION = 2 ** 16;

/** What begins at the margin and is neither a comment, nor a list's item, nor the end of a bracket. */
const BEGINNING = /[^\s#\-}\]]/;

/**
 * The section around an offset: from the nearest line before it that begins at the margin to the next. What is typed
 * is read again in its section alone, so that completion takes as long in a large file as in a small one.
 */
export function sectionAround(text: string, offset: number): Section | undefined {
  let start = lineStart(text, offset);
  while (start > 0 && !BEGINNING.test(text[start] ?? ' ')) {
    if (offset - start > LARGEST_SECTION) return undefined;
    start = lineStart(text, start - 1);
  }
  let end = nextLine(text, offset);
  while (end < text.length && !BEGINNING.test(text.charAt(end))) {
    if (end - start > LARGEST_SECTION) return undefined;
    end = nextLine(text, end);
  }
  return { start, text: text.slice(start, end) };
}

/** Offset of the first character of the line that an offset is in. */
export function lineStart(text: string, offset: number): number {
  return offset > 0 ? text.lastIndexOf('\n', offset - 1) + 1 : 0;
}

function nextLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end + 1;
}
