import { type Document, isMap, isScalar, isSeq, type Node, Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { formatPath } from '../../protocol/figure-path.js';
import { itemAt } from '../../protocol/item-at.js';
import { nameOf } from '../key-name.js';
import type { SpecPath } from './spec-path.js';
import { saysOther } from './yaml-nodes.js';

type Container = YAMLMap | YAMLSeq;

const NUMBER = /^\d+$/;

/** A document's contents with a value set in them, and the path of the value there. */
export interface WithValue {
  readonly contents: Container;
  readonly path: SpecPath;
}

/**
 * Sets a value at a path of contents, which stay as they are: what is not on the path is shared with the new ones. A
 * list's item is chosen by its number, its `name` or its `use`; a plugin in short form becomes a block when one of its
 * parameters is set. `keyOf` gives the node of a key that is not there yet, by its place in the path. The problem,
 * `path-astray`, says why a path leads nowhere.
 */
export function withValueAt(
  document: Document,
  contents: unknown,
  path: readonly string[],
  value: Node,
  keyOf: (segment: number) => Node = (segment) => document.createNode(path[segment]) as Node,
): Result<WithValue> {
  const followed: (string | number)[] = [];
  const setIn = (node: unknown, n: number): Result<Container> => {
    const container =
      n === 0 ? (node ?? document.createNode({})) : asContainer(document, node, itemAt(path, n), () => keyOf(n - 1));
    if (!isMap(container) && !isSeq(container)) return astray(`${placeText(path, n)} is nothing with keys of its own`);
    const segment = itemAt(path, n);
    const key = keyIn(container, segment);
    if (key === undefined) {
      const isLast = n === path.length - 1;
      const next = placeText(path, n + 1);
      return astray(isLast ? `the list has no item ${segment}` : `${next} is nothing with keys of its own`);
    }
    followed.push(key);
    const child = n === path.length - 1 ? ok(value) : setIn(itemOf(container, key), n + 1);
    return child.ok ? ok(withItem(container, key, child.value, () => keyOf(n))) : child;
  };
  const set = setIn(contents, 0);
  return set.ok ? ok({ contents: set.value, path: followed }) : set;
}

/** Where a path leads, as far as what is written has it: items of lists by their numbers. `nodeAt` gives what stands at a path. */
export function resolvedPath(nodeAt: (path: SpecPath) => unknown, path: readonly string[]): SpecPath {
  const followed: (string | number)[] = [];
  for (const segment of path) {
    const at = nodeAt(followed);
    followed.push(isSeq(at) ? (keyIn(at, segment) ?? segment) : segment);
  }
  return followed;
}

function astray(why: string): Result<never> {
  return fail('set-invalid', why);
}

function placeText(path: readonly string[], length: number): string {
  return formatPath(path.slice(0, length)) || 'the file';
}

/**
 * What stands there, as something with keys: nothing becomes a block, or a list where a number follows, which stands at
 * its key; `name` becomes `{use: name}`.
 */
function asContainer(document: Document, node: unknown, next: string, keyOf: () => Node): Container | undefined {
  if (isMap(node) || isSeq(node)) return node;
  if (node === undefined || node === null || (isScalar(node) && node.value === null)) {
    const made = document.createNode(NUMBER.test(next) ? [] : {}) as Container;
    made.range = keyOf().range;
    return made;
  }
  if (!isScalar(node) || typeof node.value !== 'string') return undefined;
  const block = document.createNode({}) as YAMLMap;
  block.items.push(new Pair(document.createNode('use'), node) as YAMLMap['items'][number]);
  block.range = node.range;
  return block;
}

/** The key of a segment; in a list its number, at most that of a next item. */
function keyIn(container: Container, segment: string | number): string | number | undefined {
  if (isMap(container)) return segment;
  const index = NUMBER.test(String(segment))
    ? Number(segment)
    : container.items.findIndex((item) => namesOf(item).includes(segment));
  return index < 0 || index > container.items.length ? undefined : index;
}

function namesOf(item: unknown): unknown[] {
  if (isScalar(item)) return [item.value];
  return isMap(item) ? [item.get('name'), item.get('use')] : [];
}

function itemOf(container: Container, key: string | number): unknown {
  if (isSeq(container)) return container.items[Number(key)];
  return (container.items as Pair[]).find((pair) => nameOf(pair) === String(key))?.value;
}

function withItem<T extends Container>(container: T, key: string | number, item: Node, newKey: () => Node): T {
  const copy = Object.create(Object.getPrototypeOf(container), Object.getOwnPropertyDescriptors(container)) as T;
  saysOther(copy);
  if (isSeq(copy)) {
    copy.items = [...copy.items];
    copy.items[Number(key)] = item;
    return copy;
  }
  const pairs = (copy as YAMLMap).items as Pair[];
  const index = pairs.findIndex((pair) => nameOf(pair) === String(key));
  const pair = new Pair(pairs[index]?.key ?? newKey(), item);
  (copy as YAMLMap).items = (index < 0 ? [...pairs, pair] : pairs.with(index, pair)) as YAMLMap['items'];
  return copy;
}
