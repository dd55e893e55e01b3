import { isMap, isSeq, type Node, type Pair } from 'yaml';
import { nameOf } from './key-name.js';
import type { SpecPath } from './syntax/tree.js';

/** A key with its value, or a list's item, where it is written: aliases are not followed. */
export interface Entry {
  readonly path: SpecPath;
  /** Absent for a list's item. */
  readonly key?: Node;
  /** Undefined where nothing is written. */
  readonly value?: Node;
}

/** Every entry below a node, in the order of the text: what holds others comes before them. */
export function* entriesOf(node: unknown, path: SpecPath = []): Generator<Entry> {
  if (isMap(node)) {
    for (const pair of node.items as Pair<Node | null, Node | null>[]) {
      yield* withInner({ path: [...path, nameOf(pair)], key: pair.key ?? undefined, value: pair.value ?? undefined });
    }
  } else if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) {
      yield* withInner({ path: [...path, index], value: (item ?? undefined) as Node | undefined });
    }
  }
}

function* withInner(entry: Entry): Generator<Entry> {
  yield entry;
  yield* entriesOf(entry.value, entry.path);
}
