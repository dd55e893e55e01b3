import type { Leaf } from './leaves.js';

const OPENS = new Set<Leaf['type']>(['flow-map-start', 'flow-seq-start', 'byte-order-mark']);
const CLOSES = new Set<Leaf['type']>(['flow-map-end', 'flow-seq-end', 'comma']);
/** After anything else a colon would be part of a name, or of a word. */
const TAKES_COLON = new Set<Leaf['type']>([
  'scalar',
  'single-quoted-scalar',
  'double-quoted-scalar',
  'flow-map-end',
  'flow-seq-end',
]);

/** The white space between two leaves of a line, where there is `written` now: comments stay in their column. */
export function spaceBetween(before: Leaf, after: Leaf, written: string): string {
  if (OPENS.has(before.type)) return after.type === 'comment' ? written : '';
  if (after.type === 'comment') return written || ' ';
  if (CLOSES.has(after.type)) return '';
  return after.type === 'map-value-ind' && TAKES_COLON.has(before.type) ? '' : ' ';
}
