import { lineStart } from './section.js';

/** Offsets of what is typed over. */
export interface Word {
  readonly start: number;
  readonly end: number;
}

/** A way to put a word into the text: with a value of its own where it is to be a key. */
export interface Attempt {
  readonly asKey: boolean;
  /** It counts in brackets only. */
  readonly needsFlow: boolean;
  /** What keeps it apart from its neighbours. */
  readonly before: string;
  readonly after: string;
}

/** Before a word that is to be an item of a list which has no dash there yet. */
export const DASH = '- ';

/** What is around an offset and neither white space nor punctuation of YAML. */
export function wordAround(text: string, at: number): Word {
  const before = /[^\s,[\]{}#"':]*$/.exec(text.slice(lineStart(text, at), at))?.[0] ?? '';
  const after = /^[^\s,[\]{}#"':]*/.exec(text.slice(at))?.[0] ?? '';
  return { start: at - (before === '-' ? 0 : before.length), end: at + after.length };
}

/** The ways that come into question at a word, by what is around it: of each list the first that works counts. */
export function attemptsAt(text: string, { start, end }: Word): readonly (readonly Attempt[])[] {
  const line = text.slice(lineStart(text, start), start);
  const rest = /^[^\S\n]*(["']?\s*:(?!\S)|[^\s#]?)/.exec(text.slice(end))?.[1] ?? '';
  if (rest.endsWith(':')) return [[attempt({})]];
  if (start === end && /(?:[^\s:]:|^\s*(?:-\s+)*-)$/.test(line)) return rest === '' ? apartFromBefore(line) : [];
  const next = /^\s*(\S?)/.exec(text.slice(end))?.[1] ?? '';
  const mayBeInFlow = /[[{]/.test(text.slice(0, start));
  const isLast = next === '' || ',]}'.includes(next);
  if (/[{,[]\s*$/.test(line)) return afterBracket(isLast ? [''] : start === end ? [', ', ''] : ['', ', ']);
  if (!/^\s*(?:-\s+)*$/.test(line) || (rest !== '' && !isLast)) return [[attempt({})]];
  return /-\s+$/.test(line) ? inList('') : atLineStart(isLast ? [''] : ['', ', '], mayBeInFlow);
}

/** Right behind the colon of a key, or the dash of an item. */
function apartFromBefore(line: string): readonly (readonly Attempt[])[] {
  return line.endsWith(':') ? [[attempt({ before: ' ' })]] : inList(' ');
}

function inList(before: string): readonly (readonly Attempt[])[] {
  return [[attempt({ before })], [attempt({ asKey: true, before })]];
}

function afterBracket(afters: readonly string[]): readonly (readonly Attempt[])[] {
  return [true, false].map((asKey) => afters.map((after) => attempt({ asKey, needsFlow: true, after })));
}

/** A key of a block, an item of a list that has no dash yet, or either of them in brackets that go over lines. */
function atLineStart(afters: readonly string[], mayBeInFlow: boolean): readonly (readonly Attempt[])[] {
  const values = mayBeInFlow ? afters.map((after) => attempt({ needsFlow: true, after })) : [];
  return [afters.map((after) => attempt({ asKey: true, after })), [...values, attempt({ before: DASH })]];
}

function attempt(given: Partial<Attempt>): Attempt {
  return { asKey: false, needsFlow: false, before: '', after: '', ...given };
}
