import type { Range, SemanticTokens } from 'vscode-languageserver-types';
import { isScalar } from 'yaml';
import { type Entry, entriesOf } from '../../experiment/entries.js';
import { expectationSpans } from '../../experiment/expectations/expectation.js';
import { STAGE_NAMES } from '../../stages/stage-names.js';
import type { ExperimentDocument } from '../document.js';
import { namesIn } from '../names/names-in.js';
import { textSpan } from '../names/occurrence.js';

/** What the numbers in tokens stand for: types and modifiers of the protocol's own, which every theme knows. */
export const SEMANTIC_TOKENS_LEGEND = {
  tokenTypes: ['keyword', 'class', 'variable', 'property', 'operator', 'number'] as string[],
  tokenModifiers: ['declaration'],
};

/** Offsets in UTF-16 units. */
interface Token {
  readonly type: 'keyword' | 'class' | 'variable' | 'property' | 'operator' | 'number';
  readonly start: number;
  readonly end: number;
  /** The name is given here. */
  readonly declaration?: boolean;
}

/** What YAML's grammar does not colour: stages, plugins, names of the file's own, and the parts of expectations. */
export function semanticTokens(document: ExperimentDocument, range?: Range): SemanticTokens {
  const from = range ? document.offsetAt(range.start) : 0;
  const to = range ? document.offsetAt(range.end) : document.text.length;
  const tokens = tokensIn(document).filter(({ start, end }) => start < to && end > from);
  return { data: encoded(document, tokens) };
}

function tokensIn(document: ExperimentDocument): Token[] {
  const names = namesIn(document)
    .filter(({ kind, role }) => kind !== 'anchor' && role !== 'use')
    .map(({ start, end, role }) => ({ type: 'variable', start, end, declaration: role === 'definition' }) as const);
  const others = [...entriesOf(document.tree.document.contents)]
    .flatMap((entry) => tokensOf(document, entry))
    .filter(({ start }) => !names.some((name) => name.start === start));
  return [...names, ...others].sort((a, b) => a.start - b.start);
}

function tokensOf(document: ExperimentDocument, { path, key, value }: Entry): Token[] {
  if (path.length === 2 && path[0] === 'expect') return expectationTokens(document, value);
  const stage =
    path.length === 1 && STAGE_NAMES.some((name) => name === path[0]) ? textSpan(document.text, key) : undefined;
  const plugin = isScalar(value) && isPluginName(document, path) ? textSpan(document.text, value) : undefined;
  return [
    ...(stage ? [{ type: 'keyword', start: stage.start, end: stage.end } as const] : []),
    ...(plugin ? [{ type: 'class', start: plugin.start, end: plugin.end } as const] : []),
  ];
}

/** In short form the value is the plugin's name, in a block that of `use`. */
function isPluginName(document: ExperimentDocument, path: Entry['path']): boolean {
  const at = path[path.length - 1] === 'use' ? path.slice(0, -1) : path;
  return document.schemaAt(at)?.plugin !== undefined;
}

function expectationTokens(document: ExperimentDocument, line: Entry['value']): Token[] {
  const span = textSpan(document.text, line);
  const spans = span && expectationSpans(span.value);
  if (!spans) return [];
  const at = (start: number, end: number) => ({ start: span.start + start, end: span.start + end });
  const segments = [...span.value.slice(...spans.path).matchAll(/[^.]+/g)].map(({ 0: segment, index }) => {
    const start = spans.path[0] + index;
    return { type: 'property', ...at(start, start + segment.length) } as const;
  });
  return [...segments, { type: 'operator', ...at(...spans.operator) }, { type: 'number', ...at(...spans.value) }];
}

/** Five numbers a token: lines and characters from the one before, length, type and modifiers. */
function encoded(document: ExperimentDocument, tokens: readonly Token[]): number[] {
  let before = { line: 0, character: 0 };
  return tokens.flatMap(({ type, start, end, declaration }) => {
    const { line, character } = document.positionAt(start);
    const delta = [line - before.line, line === before.line ? character - before.character : character];
    before = { line, character };
    return [...delta, end - start, SEMANTIC_TOKENS_LEGEND.tokenTypes.indexOf(type), declaration ? 1 : 0];
  });
}
