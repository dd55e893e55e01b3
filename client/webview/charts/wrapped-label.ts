/** About as wide as a letter of a chart is, in pixels. */
export const LETTER = 7.2;
/** Pixels from a line of a label to the next. */
export const LINE_HEIGHT = 14;

/** Where a name may break: behind a blank, and behind what joins its words. */
const JOINTS = /(?<=[\s\-_./·])/u;

/** A label in lines of so many letters at the most; a word that is longer breaks within. */
export function wrapped(label: string, letters: number): string[] {
  const most = Math.max(1, letters);
  const lines: string[] = [];
  let line = '';
  for (const word of label.split(JOINTS).flatMap((part) => pieces(part, most))) {
    if (line !== '' && [...(line + word).trimEnd()].length > most) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += word;
  }
  return [...lines, line.trimEnd()];
}

function pieces(word: string, most: number): string[] {
  const letters = [...word];
  const count = Math.max(1, Math.ceil(word.trimEnd().length / most));
  return Array.from({ length: count }, (_, n) =>
    letters.slice(n * most, n === count - 1 ? undefined : (n + 1) * most).join(''),
  );
}
