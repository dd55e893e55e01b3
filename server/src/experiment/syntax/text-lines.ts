/** A line of a text. Offsets are UTF-16 units of the whole text, columns count from 0. */
export interface TextLine {
  readonly number: number;
  readonly start: number;
  /** Without its line break, and without a comment and blanks at its end. */
  readonly content: string;
  /** How far the first character that is no blank is from the margin; of an empty line its length. */
  readonly indent: number;
}

const COMMENT = /(?:^|\s)#.*$/;
const QUOTED = /"(?:\\.|[^"\\])*"|'(?:''|[^'])*'/g;

/** The lines of a text, those without content too. */
export function linesIn(text: string): TextLine[] {
  let start = 0;
  return text.split('\n').map((line, number) => {
    const own = start;
    start += line.length + 1;
    const content = withoutComment(line).trimEnd();
    return { number, start: own, content, indent: /^ */.exec(content)?.[0].length ?? 0 };
  });
}

/** A `#` inside of quotation marks begins no comment. */
function withoutComment(line: string): string {
  const hidden = withoutQuoted(line);
  const comment = COMMENT.exec(hidden);
  return comment ? line.slice(0, comment.index) : line;
}

/** A line in which quoted texts are underscores of their length, so that what is in them is no YAML. */
export function withoutQuoted(line: string): string {
  return line.replace(QUOTED, (quoted) => '_'.repeat(quoted.length));
}

/** The lines that belong to one: it, and those below it that stand further to the right, up to a line that does not. */
export function blockOf(lines: readonly TextLine[], line: TextLine): TextLine[] {
  const below = lines.slice(line.number + 1);
  const end = below.findIndex(({ content, indent }) => content !== '' && indent <= line.indent);
  return [line, ...below.slice(0, end < 0 ? below.length : end)].filter(({ content }) => content !== '');
}
