import { type Document, isMap, isSeq, type Node, type Pair } from 'yaml';
import { nameOf } from '../key-name.js';
import type { SpecPath } from './spec-path.js';

/** What stands at an offset of a text. */
export interface Place {
  /** Path of the value; where the offset is in a key, of that key's value. */
  readonly path: SpecPath;
  readonly part: 'key' | 'value';
  /** The key or value itself, aliases not followed; undefined where a key has no value yet. */
  readonly node?: Node;
}

/** The innermost key or value around an offset (its end counts), or undefined between top-level entries. */
export function locate(document: Document, offset: number): Place | undefined {
  return document.contents ? inNode(document.contents as Node, [], offset) : undefined;
}

function inNode(node: Node, path: SpecPath, offset: number): Place | undefined {
  if (!covers(node, offset)) return undefined;
  const inside = isMap(node)
    ? inPairs(node.items as Pair[], path, offset)
    : isSeq(node)
      ? inItems(node.items, path, offset)
      : undefined;
  return inside ?? { path, part: 'value', node };
}

function inPairs(pairs: readonly Pair[], path: SpecPath, offset: number): Place | undefined {
  for (const pair of pairs) {
    const { key, value } = pair;
    const at = [...path, nameOf(pair)];
    if (covers(key as Node, offset)) return { path: at, part: 'key', node: key as Node };
    const inside = value ? inNode(value as Node, at, offset) : undefined;
    if (inside) return inside;
  }
  return undefined;
}

function inItems(items: readonly unknown[], path: SpecPath, offset: number): Place | undefined {
  for (const [index, item] of items.entries()) {
    const inside = item ? inNode(item as Node, [...path, index], offset) : undefined;
    if (inside) return inside;
  }
  return undefined;
}

function covers(node: Node | null | undefined, offset: number): boolean {
  return !!node?.range && node.range[0] <= offset && offset <= node.range[1];
}
