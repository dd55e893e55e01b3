/** Control characters but the line break, and those that turn the direction of writing. */
const HIDDEN = /[^\P{Cc}\n]|[\u202A-\u202E\u2066-\u2069]/gu;

/**
 * A text as it may be shown in a terminal or a log: what would move the cursor, colour, rename the window or turn the
 * text round is written out, `\\u{1b}`. Names of files and experiments may hold anything.
 */
export function visibleText(text: string): string {
  return text.replace(HIDDEN, (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`);
}
