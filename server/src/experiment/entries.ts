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
  for (const entry of entriesIn(node, path)) {
    yield entry;
    yield* entriesOf(entry.value, entry.path);
  }
}

/** The entries around an offset, each end of theirs included: the outer ones come before those in them. */
export function entriesAround(node: unknown, offset: number, path: SpecPath = []): Entry[] {
  const around: Entry[] = [];
  for (const entry of entriesIn(node, path)) {
    if (isAround(entry, offset)) around.push(entry, ...entriesAround(entry.value, offset, entry.path));
  }
  return around;
}

/** Those of a block itself. */
function* entriesIn(node: unknown, path: SpecPath): Generator<Entry> {
  if (isMap(node)) {
    for (const pair of node.items as Pair<Node | null, Node | null>[]) {
      yield { path: [...path, nameOf(pair)], key: pair.key ?? undefined, value: pair.value ?? undefined };
    }
  } else if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) {
      yield { path: [...path, index], value: (item ?? undefined) as Node | undefined };
    }
  }
}

function isAround({ key, value }: Entry, offset: number): boolean {
  const start = (key ?? value)?.range?.[0] ?? 0;
  return start <= offset && offset <= Math.max(key?.range?.[1] ?? 0, value?.range?.[1] ?? 0);
}
