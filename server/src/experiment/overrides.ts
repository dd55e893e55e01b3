import { type Document, isMap, isScalar, isSeq, type Node, parse, type YAMLMap, type YAMLSeq } from 'yaml';
import { fail, ok, type Result } from '../protocol/errors.js';
import { formatPath, readPath } from '../protocol/figure-path.js';
import { itemAt } from '../protocol/item-at.js';
import type { SpecPath } from './syntax/tree.js';

const NO_OVERRIDE = 'it is not of the form key.path=value, a key with a dot, a blank or a sign in quotes: a."b.c".d=1';

/**
 * Applies `key.path=value` to a document, the value read as YAML; gives the path of what was set. A list's item is chosen by its number, its
 * `name` or its `use`; a plugin in short form becomes a block when one of its parameters is set.
 */
export function applyOverride(document: Document, override: string): Result<SpecPath> {
  const read = readPath(override);
  if (!read || override[read.end] !== '=') return invalid(override, NO_OVERRIDE);
  const path = read.segments.map(({ text }) => text);
  document.contents ??= document.createNode({}) as unknown as typeof document.contents;
  const found = descend(document, path);
  const holder = formatPath(path.slice(0, -1)) || 'the file';
  if (!found) return invalid(override, `${holder} is nothing with keys of its own`);
  return assign(document, found, itemAt(path, path.length - 1), override.slice(read.end + 1), override);
}

function invalid(override: string, why: string): Result<never> {
  return fail('set-invalid', `--set ${override}: ${why}`);
}

type Container = YAMLMap | YAMLSeq;

const NUMBER = /^\d+$/;

interface Holder {
  readonly container: Container;
  readonly path: SpecPath;
}

/** What holds the last segment of the path, and where it is. */
function descend(document: Document, path: readonly string[]): Holder | undefined {
  let at = document.contents as unknown;
  const followed: (string | number)[] = [];
  for (const [n, segment] of path.slice(0, -1).entries()) {
    if (!isMap(at) && !isSeq(at)) return undefined;
    const key = keyIn(at, segment);
    if (key === undefined) return undefined;
    const container = asContainer(document, at.get(key, true) as Node | undefined, itemAt(path, n + 1));
    if (!container) return undefined;
    at.set(key, container);
    at = container;
    followed.push(key);
  }
  return isMap(at) || isSeq(at) ? { container: at, path: followed } : undefined;
}

/**
 * What stands there, as something with keys: nothing becomes a block, or a list where a number follows, and
 * `name` becomes `{use: name}`.
 */
function asContainer(document: Document, node: Node | undefined, next: string): Container | undefined {
  if (isMap(node) || isSeq(node)) return node;
  if (node === undefined || (isScalar(node) && node.value === null)) {
    return document.createNode(NUMBER.test(next) ? [] : {}) as Container;
  }
  return isScalar(node) && typeof node.value === 'string'
    ? (document.createNode({ use: node.value }) as YAMLMap)
    : undefined;
}

/** The key of a segment; in a list its number, at most that of a next item. */
function keyIn(container: Container, segment: string): string | number | undefined {
  if (isMap(container)) return segment;
  const index = NUMBER.test(segment)
    ? Number(segment)
    : container.items.findIndex((item) => namesOf(item).includes(segment));
  return index < 0 || index > container.items.length ? undefined : index;
}

function namesOf(item: unknown): unknown[] {
  if (isScalar(item)) return [item.value];
  return isMap(item) ? [item.get('name'), item.get('use')] : [];
}

function assign(
  document: Document,
  { container, path }: Holder,
  segment: string,
  text: string,
  override: string,
): Result<SpecPath> {
  const key = keyIn(container, segment);
  if (key === undefined) return invalid(override, `the list has no item ${segment}`);
  try {
    container.set(key, document.createNode(parse(text)));
    return ok([...path, key]);
  } catch (error) {
    return invalid(override, itemAt((error as Error).message.split('\n'), 0));
  }
}
