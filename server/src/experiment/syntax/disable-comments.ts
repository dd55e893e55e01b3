import { Lexer } from 'yaml';
import { canBeSilenced, DIAGNOSTIC_CODES, type Diagnostic } from '../checks/diagnostics.js';
import { didYouMean, nearest } from '../checks/did-you-mean.js';
import type { Range } from './tree.js';

/** A code in a comment `# lookalike-disable CODE, CODE`, which silences it in the line below. */
export interface Disable {
  readonly code: string;
  /** Where the code stands. */
  readonly range: Range;
}

const COMMENT = /^#\s*lookalike-disable(?![\w-])/;
/** What begins a scalar among the lexer's tokens. */
const SCALAR = '\u001f';
/** Tokens that stand for no text: those of a document's beginning, and of a flow collection's end. */
const NO_TEXT = new Set(['\u0002', '\u0018', SCALAR]);

/** Every code that comments disable. What looks like such a comment in a text of the file's is none. */
export function disablesIn(text: string, rangeOf: (start: number, end: number) => Range): Disable[] {
  if (!text.includes('lookalike-disable')) return [];
  return commentsIn(text).flatMap(({ source, offset }) => {
    const start = COMMENT.exec(source)?.[0].length;
    if (start === undefined) return [];
    return [...source.slice(start).matchAll(/[^\s,]+/g)].map(({ 0: code, index }) => {
      const at = offset + start + index;
      return { code, range: rangeOf(at, at + code.length) };
    });
  });
}

function commentsIn(text: string): { source: string; offset: number }[] {
  const comments: { source: string; offset: number }[] = [];
  let offset = 0;
  let before = '';
  for (const source of new Lexer().lex(text)) {
    if (source.startsWith('#') && before !== SCALAR) comments.push({ source, offset });
    if (!NO_TEXT.has(source)) offset += source.length;
    before = source;
  }
  return comments;
}

/** What is shown of all that is wrong with a file, and what comments silence. */
export function shownAndSilenced(
  { spec, disables }: { readonly spec?: unknown; readonly disables: readonly Disable[] },
  diagnostics: readonly Diagnostic[],
): { shown: Diagnostic[]; silenced: Diagnostic[] } {
  const { shown, silenced } = siftDisabled(disables, diagnostics);
  // Of a file that cannot be read, not everything that may be wrong is known.
  const unused = spec ? unusedDisables(disables, diagnostics) : [];
  return { shown: [...shown, ...vainDisables(disables, diagnostics), ...unused], silenced };
}

/** The diagnostics that no comment silences, and the others. */
export function siftDisabled(
  disables: readonly Disable[],
  diagnostics: readonly Diagnostic[],
): { shown: Diagnostic[]; silenced: Diagnostic[] } {
  const isSilenced = (diagnostic: Diagnostic) =>
    canBeSilenced(diagnostic) && disables.some((disable) => silences(disable, diagnostic));
  return {
    shown: diagnostics.filter((diagnostic) => !isSilenced(diagnostic)),
    silenced: diagnostics.filter(isSilenced),
  };
}

/** Codes in comments that there are not, and those of what cannot be silenced where it stands. */
export function vainDisables(disables: readonly Disable[], diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const inVain = diagnostics.filter((diagnostic) => !canBeSilenced(diagnostic));
  const refused = disables
    .filter((disable) => inVain.some((diagnostic) => silences(disable, diagnostic)))
    .map(({ code, range }): Diagnostic => {
      const message = `"${code}" cannot be disabled: with it, the file cannot be read`;
      return { code: 'disable-unused', severity: 'info', message, range, path: [] };
    });
  return [...unknownDisables(disables), ...refused];
}

function unknownDisables(disables: readonly Disable[]): Diagnostic[] {
  const codes = Object.keys(DIAGNOSTIC_CODES);
  return disables
    .filter(({ code }) => !codes.includes(code))
    .map(({ code, range }) => {
      const suggestion = nearest(code, codes);
      const message = `There is no diagnostic "${code}" to disable${didYouMean(suggestion)}`;
      return { code: 'disable-unknown', severity: 'info', message, range, path: [], suggestion };
    });
}

/** Codes in comments that silence none of these: all that is wrong with a file. */
export function unusedDisables(disables: readonly Disable[], diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return disables
    .filter(({ code }) => code in DIAGNOSTIC_CODES)
    .filter((disable) => !diagnostics.some((diagnostic) => silences(disable, diagnostic)))
    .map(({ code, range }) => {
      const message = `There is no "${code}" in the line below to disable`;
      return { code: 'disable-unused', severity: 'info', message, range, path: [] };
    });
}

function silences(disable: Disable, { code, range }: Diagnostic): boolean {
  return disable.code === code && disable.range.start.line + 1 === range.start.line;
}
