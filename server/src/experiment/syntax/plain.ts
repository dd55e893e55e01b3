import { isMap, isScalar, isSeq, type Node } from 'yaml';
import { nameOf } from '../key-name.js';
import { knownOf } from './yaml-nodes.js';

/** What a node of a file that may be half written holds, as plain values: an alias, or nothing, is undefined. */
export function plainOf(node: Node | null | undefined): unknown {
  if (isMap(node)) {
    const known = knownOf(node).value;
    if (known) return known;
    return Object.fromEntries(node.items.map((pair) => [nameOf(pair), plainOf(pair.value as Node | null)]));
  }
  if (isSeq(node)) return node.items.map((item) => plainOf(item as Node | null));
  return isScalar(node) ? node.value : undefined;
}
