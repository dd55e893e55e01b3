import { itemAt } from '../../protocol/item-at.js';
import { applyChanges, offsetBefore, type TextChange } from './text-change.js';
import { blockOf, linesIn, type TextLine, withoutQuoted } from './text-lines.js';

/** What puts something right, in the text as it is. */
export interface Repair {
  readonly title: string;
  /** In the order of the text. */
  readonly changes: readonly TextChange[];
  /** It changes nothing of what the file means: all such can be made at once. */
  readonly safe?: boolean;
}

/** Why a text is no YAML, as its writer sees it: offsets are UTF-16 units. */
export interface Slip {
  readonly message: string;
  readonly start: number;
  readonly end: number;
  readonly repair: Repair;
}

interface Site {
  readonly text: string;
  readonly lines: readonly TextLine[];
  readonly line: TextLine;
  /** Of the fault that the parser found; it may stand behind the slip. */
  readonly offset: number;
}

type SlipFinder = (site: Site) => readonly Slip[];

/**
 * The slip that a text's first fault comes from: the first of those that the lines around it may have by whose repair
 * everything up to there can be read. `firstFault` gives the offset of a text's first fault, undefined of a sound one.
 */
export function slipAt(
  text: string,
  offset: number,
  firstFault: (text: string) => number | undefined,
): Slip | undefined {
  const lines = linesIn(text);
  const at = lines.findLastIndex(({ start }) => start <= offset);
  const near = [at, at + 1, at - 1, at - 2].flatMap((number) => lines[number] ?? []);
  for (const find of FINDERS) {
    for (const line of near) {
      const found = find({ text, lines, line, offset }).find((slip) => helps(text, offset, slip, firstFault));
      if (found) return found;
    }
  }
  return undefined;
}

function helps(
  text: string,
  offset: number,
  { repair: { changes } }: Slip,
  firstFault: (text: string) => number | undefined,
): boolean {
  if (changes.length === 0) return false;
  const fault = firstFault(applyChanges(text, changes));
  if (fault === undefined) return true;
  const before = offsetBefore(changes)(fault);
  return before > offset && before > Math.max(...changes.map(({ end }) => end));
}

const TAB = /^[ \t]*\t[ \t]*/;

/** Every line at once: of two lines each alone would leave a text that cannot be read. */
const tabs: SlipFinder = ({ text, lines, line }) => {
  if (!TAB.test(line.content)) return [];
  const indented = lines.filter(({ content }) => TAB.test(content));
  const { start, content } = itemAt(indented, 0);
  const first = start + content.indexOf('\t');
  const length = /^\t+/.exec(text.slice(first))?.[0].length ?? 1;
  return ['  ', '    '].map((blanks) => ({
    message: 'YAML is indented with blanks, not with tabs',
    start: first,
    end: first + length,
    repair: {
      title: 'Indent with blanks',
      safe: true,
      changes: indented.map(({ start, content }) => {
        const [indent] = TAB.exec(content) ?? [''];
        return { start, end: start + indent.length, text: indent.replaceAll('\t', blanks) };
      }),
    },
  }));
};

const KEY = String.raw`^([ ]*(?:- +)*)([A-Za-z_][\w-]*)`;

/** `use:folder` on a line of its own. */
const blankBehindColon: SlipFinder = ({ line: { start, content } }) => {
  const [, before = '', key] = new RegExp(String.raw`${KEY}:(?=[^\s:/\\])`).exec(content) ?? [];
  if (key === undefined) return [];
  const at = start + before.length;
  const changes = [{ start: at + key.length + 1, end: at + key.length + 1, text: ' ' }];
  const message = `A blank is missing behind the colon of "${key}"`;
  return [
    { message, start: at, end: start + content.length, repair: { title: `Write "${key}: …" with a blank`, changes } },
  ];
};

/** A key without its colon: above what belongs to it, or before its value. */
const colon: SlipFinder = ({ line: { start, content } }) => {
  const [, before = '', key] = new RegExp(String.raw`${KEY}(?=\s+[^\s:=]|\s*$)(?!\s*:)`).exec(content) ?? [];
  if (key === undefined) return [];
  const [from, to] = [start + before.length, start + before.length + key.length];
  const repair = { title: `Put a colon behind "${key}"`, changes: [{ start: to, end: to, text: ':' }] };
  return [{ message: `A colon is missing behind "${key}"`, start: from, end: to, repair }];
};

/** A text in single quotation marks, or in double ones where it has such in it. */
function quoted(text: string): string {
  if (!/["\\]/.test(text)) return `"${text}"`;
  return `'${text.replaceAll("'", "''")}'`;
}

function inQuotes(start: number, text: string, why: string): Slip {
  const end = start + text.length;
  const repair = { title: 'Put it in quotes', changes: [{ start, end, text: quoted(text) }] };
  return { message: `${text} must stand in quotes: ${why}`, start, end, repair };
}

/** `${env:NAME}/faces` between brackets. */
const variableInBrackets: SlipFinder = ({ line: { start, content } }) =>
  [...content.matchAll(/[^\s"',{}[\]]*\$\{[^{}]*\}[^\s"',{}[\]]*/g)].map(({ 0: text, index }) =>
    inQuotes(start + index, text, 'between brackets, a brace means something else'),
  );

const VALUE = new RegExp(String.raw`${KEY}:[ ]+(\S.*)$`, 'd');

/** The value on a line `key: value`, and where it stands. */
function valueOn({ start, content }: TextLine): { readonly text: string; readonly start: number } | undefined {
  const match = VALUE.exec(content);
  const [from] = match?.indices?.[3] ?? [];
  return match?.[3] !== undefined && from !== undefined ? { text: match[3], start: start + from } : undefined;
}

const BEGINS_OTHERWISE = /^[{[@`%!&*|>]/;

/** A text that begins as something else does: `{stem}.png`. */
const beginning: SlipFinder = ({ line }) => {
  const value = valueOn(line);
  if (!value || !BEGINS_OTHERWISE.test(value.text)) return [];
  if (/^[{[].*:\s/.test(value.text) && !/[}\]]\S/.test(value.text)) return [];
  return [inQuotes(value.start, value.text, `a value that begins with ${value.text[0]} is something else in YAML`)];
};

/** `name: a: b`. */
const colonInText: SlipFinder = ({ line }) => {
  const value = valueOn(line);
  if (!value || !/^[^"'{[].*:(\s|$)/.test(value.text)) return [];
  return [inQuotes(value.start, value.text, 'it has a colon with a blank in it')];
};

/** `"C:\Users"`. */
const escapes: SlipFinder = ({ line: { start, content }, offset }) =>
  [...content.matchAll(/"(?:\\.|[^"\\])*"?/g)]
    .filter(({ 0: text, index }) => start + index <= offset && offset <= start + index + text.length)
    .map(({ 0: text, index }) => {
      const inside = text.slice(1, text.endsWith('"') && text.length > 1 ? -1 : undefined);
      const [from, to] = [start + index, start + index + text.length];
      const single = `'${inside.replaceAll("'", "''")}'`;
      const repair = { title: 'Put it in single quotes', changes: [{ start: from, end: to, text: single }] };
      const message = 'In double quotes \\ begins a sign of its own; a path with \\ stands in single quotes';
      return { message, start: from, end: to, repair };
    });

/** `'Anna's faces'`. */
const apostrophe: SlipFinder = ({ line }) => {
  const value = valueOn(line);
  if (!value || !/^'[^']*'[^\s,].*'$/.test(value.text)) return [];
  const { text, start } = value;
  const end = start + text.length;
  const repair = { title: 'Put it in double quotes', changes: [{ start, end, text: `"${text.slice(1, -1)}"` }] };
  return [{ message: `An apostrophe ends the quote that begins with '`, start, end, repair }];
};

/** A quotation that nothing ends in its line: it may begin far above the fault. */
const openQuote: SlipFinder = ({ lines, line: below }) =>
  lines
    .slice(0, below.number + 1)
    .reverse()
    .flatMap(({ start, content }) => {
      const rest = withoutQuoted(content);
      const [, before = '', mark] = /^(.*?[\s:,[{])(["'])/.exec(rest) ?? [];
      if (mark === undefined) return [];
      const at = start + before.length;
      const end = start + content.length;
      const repair = { title: `Close it with ${mark}`, changes: [{ start: end, end, text: mark }] };
      return [
        { message: `The quote that begins here is not closed: ${mark} is missing`, start: at, end: at + 1, repair },
      ];
    });

const CLOSES: Readonly<Record<string, string>> = { '{': '}', '[': ']' };

interface Bracket {
  readonly sign: string;
  readonly at: number;
}

/** The brackets of a line that are open at its end, and those that close nothing. */
function bracketsIn({ start, content }: TextLine): { open: Bracket[]; extra: Bracket[] } {
  const open: Bracket[] = [];
  const extra: Bracket[] = [];
  for (const { 0: sign, index } of withoutQuoted(content).matchAll(/[{}[\]]/g)) {
    const top = open.at(-1);
    if (sign in CLOSES) open.push({ sign, at: start + index });
    else if (top && CLOSES[top.sign] === sign) open.pop();
    else extra.push({ sign, at: start + index });
  }
  return { open, extra };
}

/** A bracket that is open at the end of its line is closed there, or before the fault. */
const openBracket: SlipFinder = ({ lines, line: fault }) =>
  lines
    .slice(0, fault.number + 1)
    .reverse()
    .flatMap((line) => {
      const { open } = bracketsIn(line);
      if (open.length === 0) return [];
      const last = lines.slice(line.number, fault.number).findLast(({ content }) => content !== '') ?? line;
      const close = open
        .map(({ sign }) => CLOSES[sign])
        .reverse()
        .join('');
      return [line, last].map(({ start, content }) => {
        const end = start + content.length;
        const { sign, at } = itemAt(open, open.length - 1);
        const repair = { title: `Close it with ${close}`, changes: [{ start: end, end, text: close }] };
        return { message: `The ${sign} is not closed: ${CLOSES[sign]} is missing`, start: at, end: at + 1, repair };
      });
    });

const extraBracket: SlipFinder = ({ line }) =>
  bracketsIn(line).extra.map(({ sign, at }) => ({
    message: `The ${sign} closes nothing`,
    start: at,
    end: at + 1,
    repair: { title: `Remove the ${sign}`, changes: [{ start: at, end: at + 1, text: '' }] },
  }));

interface Level {
  readonly column: number;
  readonly kind: 'item' | 'key';
}

/** Where entries of the blocks that are open above a line stand, and whether what is directly above may have others below it. */
function levelsAbove(lines: readonly TextLine[], { number }: TextLine): { levels: Level[]; deeper: boolean } {
  let levels: Level[] = [];
  let deeper = true;
  for (const { content, indent } of lines.slice(0, number)) {
    if (content === '') continue;
    levels = levels.filter(({ column }) => column < indent);
    let column = indent;
    for (const [dash] of content.slice(indent).matchAll(/- +/gy)) {
      levels.push({ column, kind: 'item' });
      column += dash.length;
    }
    levels.push({ column, kind: 'key' });
    deeper = /(^|[:\s])[|>]?[-+\d]*$/.test(content.slice(-4)) && /(:|-|[|>][-+\d]*)$/.test(content);
  }
  return { levels, deeper };
}

/** A line that stands neither beside its neighbours nor below its key. */
const indentation: SlipFinder = ({ lines, line }) => {
  if (line.content === '') return [];
  const { levels, deeper } = levelsAbove(lines, line);
  const kind = line.content.slice(line.indent).startsWith('-') ? 'item' : 'key';
  const top = levels.at(-1)?.column ?? 0;
  const isOdd = line.indent > top ? !deeper : levels.every(({ column }) => column !== line.indent);
  if (!isOdd) return [];
  const far = ({ column }: Level) => Math.abs(column - line.indent);
  const targets = levels.filter((level) => level.kind === kind).sort((a, b) => far(a) - far(b));
  const word = kind === 'item' ? '-' : (/^[^\s:]+/.exec(line.content.slice(line.indent))?.[0] ?? '');
  const start = line.start + line.indent;
  return targets.map(({ column }) => {
    const by = column - line.indent;
    const changes = blockOf(lines, line).map((moved) => {
      return { start: moved.start, end: moved.start + moved.indent, text: ' '.repeat(Math.max(0, moved.indent + by)) };
    });
    const message = `The indentation fits no line above: ${line.indent} blanks, where its neighbours have ${column}`;
    return { message, start, end: start + word.length, repair: { title: `Indent by ${column}`, changes } };
  });
};

/** The likeliest first. */
const FINDERS: readonly SlipFinder[] = [
  tabs,
  blankBehindColon,
  escapes,
  variableInBrackets,
  apostrophe,
  openBracket,
  openQuote,
  beginning,
  extraBracket,
  colonInText,
  colon,
  indentation,
];
