import {
  type Document,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  Pair,
  parseDocument,
  Scalar,
  YAMLMap,
  YAMLParseError,
  YAMLSeq,
} from 'yaml';

/** A word that no file has, put behind a part of one to see whether what follows begins anew. */
export const NEXT = '\uE001';

/** Whether a node is that word, at an offset. */
export function beginsAt(node: unknown, offset: number): boolean {
  return isScalar(node) && node.value === NEXT && node.range?.[0] === offset;
}

/** Keys that are there twice are looked for elsewhere: the library compares each with all others. */
export function parse(text: string): Document {
  return parseDocument(text, { prettyErrors: false, merge: true, logLevel: 'error', uniqueKeys: false });
}

/** A copy that stands elsewhere. The library's own `clone` takes thirty times as long, as it copies property by property. */
export function moved(item: unknown, place: (offset: number) => number): unknown {
  if (isPair(item)) return new Pair(moved(item.key, place), moved(item.value, place));
  if (!isNode(item) || !item.range) return item;
  const range = item.range.map(place);
  if (isScalar(item)) return Object.assign(new Scalar(item.value), item, { range });
  const items = isCollection(item) ? item.items.map((inner) => moved(inner, place)) : [];
  return Object.assign(isMap(item) ? new YAMLMap() : new YAMLSeq(), item, { range, items });
}

const ITEMS = Symbol('items');
const SHIFT = Symbol('shift');

interface Shifted {
  [ITEMS]?: unknown[];
  [SHIFT]?: { readonly of: YAMLMap | YAMLSeq; readonly by: number };
}

class ShiftedMap extends YAMLMap {}
class ShiftedSeq extends YAMLSeq {}
for (const { prototype } of [ShiftedMap, ShiftedSeq]) {
  Object.defineProperty(prototype, 'items', {
    get(this: Shifted): unknown[] {
      const shift = this[SHIFT];
      this[ITEMS] ??= shift?.of.items.map((inner: unknown) => shifted(inner, shift.by)) ?? [];
      return this[ITEMS];
    },
    set(this: Shifted, items: unknown[]) {
      this[ITEMS] = items;
      this[SHIFT] = undefined;
    },
  });
}

/**
 * A copy that stands so much further on. What is in a block is copied when it is asked for: of a long file an edit moves
 * nearly everything, and little of it is looked at before the next.
 */
export function shifted(item: unknown, by: number): unknown {
  if (by === 0) return item;
  if (isPair(item)) return new Pair(shifted(item.key, by), shifted(item.value, by));
  if (!isNode(item) || !item.range) return item;
  const range = item.range.map((offset) => offset + by);
  if (isScalar(item)) return Object.assign(new Scalar(item.value), item, { range });
  if (!isMap(item) && !isSeq(item)) return Object.assign(item.clone(), { range });
  const copy = Object.assign(isMap(item) ? new ShiftedMap() : new ShiftedSeq(), item, { range });
  const before = (item as Shifted)[SHIFT];
  // Of the block that was parsed, so that a hundred edits are one step.
  return Object.assign(copy, {
    [ITEMS]: undefined,
    [SHIFT]: { of: before?.of ?? item, by: (before?.by ?? 0) + by },
  });
}

/** What was found out of a block, which holds of every copy of it that only stands elsewhere. */
interface KnownOfBlock {
  /** No key is there twice, in none of the blocks in it either. */
  isSound?: true;
  /** As a plain value, which nobody may change. */
  value?: object;
}

/** A property, so that every copy has it by being one. */
const KNOWN = Symbol('known');

export function knownOf(block: YAMLMap | YAMLSeq): KnownOfBlock {
  const { [KNOWN]: known = {} } = block as { [KNOWN]?: KnownOfBlock };
  (block as { [KNOWN]?: KnownOfBlock })[KNOWN] = known;
  return known;
}

/** Told of a copy that is to say something else. */
export function saysOther(copy: YAMLMap | YAMLSeq): void {
  (copy as { [KNOWN]?: KnownOfBlock })[KNOWN] = undefined;
}

export function errorMoved({ pos: [from, to], code, message }: YAMLParseError, place: (offset: number) => number) {
  return new YAMLParseError([place(from), place(to)], code, message);
}
