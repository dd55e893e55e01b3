import { itemAt } from '../../protocol/item-at.js';
import { endOf, type Leaf } from './leaves.js';

/** A line of the text, which a leaf begins. */
interface Line {
  readonly leaf: Leaf;
  /** How far it is indented now. */
  readonly column: number;
  /** Whether the lines before it are the text of a block scalar, to which a comment that stands too deep would belong. */
  readonly afterText: boolean;
}

/** How far each line is to be indented, by the leaf that begins it. */
export function lineIndents(leaves: readonly Leaf[], text: string): Map<Leaf, number> {
  const lines = leaves.flatMap((leaf, n) => lineOf(leaf, leaves[n - 1], text) ?? []);
  const indents = new Map<Leaf, number>();
  for (const [n, { leaf }] of lines.entries()) {
    indents.set(leaf, leaf.type === 'comment' ? commentIndent(lines, n) : leaf.indent);
  }
  return indents;
}

function lineOf(leaf: Leaf, before: Leaf | undefined, text: string): Line | undefined {
  const gap = text.slice(before ? endOf(before) : 0, leaf.offset);
  const begins = !before || gap.includes('\n') || before.source.endsWith('\n');
  if (!begins || leaf.type === 'block-scalar') return undefined;
  const column = leaf.offset - (text.lastIndexOf('\n', leaf.offset - 1) + 1);
  return { leaf, column, afterText: before?.type === 'block-scalar' };
}

/**
 * A comment goes with the line below where it stands in the same column, else with the nearest line above that it
 * does not stand left of: it belongs to what that line begins.
 */
function commentIndent(lines: readonly Line[], n: number): number {
  const { column } = itemAt(lines, n);
  const below = lines.slice(n + 1).find(isCode);
  if (below?.column === column) return below.leaf.indent;
  const above = lines.slice(0, n).findLast((line) => isCode(line) && line.column <= column);
  if (!above) return 0;
  const inside = above.column < column && !followsText(lines, n);
  return inside ? above.leaf.indent + 2 : above.leaf.indent;
}

function isCode({ leaf }: Line): boolean {
  return leaf.type !== 'comment';
}

function followsText(lines: readonly Line[], n: number): boolean {
  const above = lines[n - 1];
  return itemAt(lines, n).afterText || (above !== undefined && !isCode(above) && followsText(lines, n - 1));
}
