import type { CST } from 'yaml';

/** A piece of YAML without the white space around it; only a block scalar holds the indentation of its lines. */
export interface Leaf {
  readonly type: CST.TokenType | CST.Token['type'];
  readonly source: string;
  /** In UTF-16 units from the start of the text. */
  readonly offset: number;
  /** How far a line is to be indented that begins with the leaf, and each further line of the leaf itself. */
  readonly indent: number;
  /** How far the text of a block scalar is indented now, where its header says so. */
  readonly textIndent?: number;
}

/** What stands in a block, or between the brackets of a flow collection, is indented by this many blanks. */
const STEP = 2;

/** Where a token is: the indentation of a line that begins with it, and that of the block around it. */
interface Place {
  readonly indent: number;
  readonly holder: number;
}

/** The leaves of a syntax tree in the order of the text: all of it but white space. */
export function leavesOf(tokens: Iterable<CST.Token>): Leaf[] {
  return [...all([...tokens], { indent: 0, holder: 0 })];
}

function* all(tokens: readonly CST.Token[] | undefined, place: Place): Generator<Leaf> {
  for (const token of tokens ?? []) yield* leaves(token, place);
}

function* leaves(token: CST.Token | null | undefined, place: Place): Generator<Leaf> {
  if (!token) return;
  switch (token.type) {
    case 'space':
    case 'newline':
      return;
    case 'document':
      yield* all([...token.start, ...(token.value ? [token.value] : []), ...(token.end ?? [])], place);
      return;
    case 'block-map':
    case 'block-seq':
      yield* blockLeaves(token, place.indent);
      return;
    case 'flow-collection':
      yield* flowLeaves(token, place);
      return;
    case 'block-scalar':
      yield* blockScalarLeaves(token, place);
      return;
    default:
      yield { type: token.type, source: token.source, offset: token.offset, indent: place.indent };
      if ('end' in token) yield* all(token.end, place);
  }
}

function* blockLeaves({ items }: CST.BlockMap | CST.BlockSequence, indent: number): Generator<Leaf> {
  const outside = { indent, holder: indent };
  const inside = { indent: indent + STEP, holder: indent };
  for (const { start, key, sep, value } of items as readonly CST.CollectionItem[]) {
    const indicator = start.findIndex(({ type }) => type === 'seq-item-ind' || type === 'explicit-key-ind');
    const before = indicator < 0 ? start.length : indicator + 1;
    yield* all(start.slice(0, before), outside);
    yield* all(start.slice(before), inside);
    yield* leaves(key, indicator < 0 ? outside : inside);
    for (const token of sep ?? []) yield* leaves(token, token.type === 'map-value-ind' ? outside : inside);
    yield* leaves(value, inside);
  }
}

function* flowLeaves({ start, items, end: [close, ...after] }: CST.FlowCollection, place: Place): Generator<Leaf> {
  const line = place.holder;
  const inside = { indent: line + STEP, holder: line + STEP };
  yield* leaves(start, place);
  for (const { start, key, sep, value } of items) {
    yield* all(start, inside);
    yield* leaves(key, inside);
    yield* all(sep, inside);
    yield* leaves(value, inside);
  }
  yield* leaves(close, { indent: line, holder: line });
  yield* all(after, place);
}

/** The text is indented as its place is, or by what the header says (`|2`). */
function* blockScalarLeaves({ props, source, offset, indent }: CST.BlockScalar, place: Place): Generator<Leaf> {
  yield* all(props, place);
  if (source === '') return;
  const [last] = props.slice(-1) as CST.SourceToken[];
  const said = Number(/\d/.exec(sourceOf(props, 'block-scalar-header'))?.[0] ?? 0);
  const text = { type: 'block-scalar', source, offset: last ? last.offset + last.source.length : offset } as const;
  yield said ? { ...text, indent: place.holder + said, textIndent: indent + said } : { ...text, indent: place.indent };
}

function sourceOf(tokens: readonly CST.Token[], type: CST.TokenType): string {
  const found = tokens.find((token) => token.type === type);
  return found && 'source' in found ? found.source : '';
}

/** Where a leaf ends, in UTF-16 units from the start of the text. */
export function endOf({ offset, source }: Leaf): number {
  return offset + source.length;
}
