import { type Node, visit } from 'yaml';
import type { ExperimentDocument } from '../document.js';
import { endOf } from '../edit/insert-entry.js';
import type { Occurrence } from '../names/occurrence.js';

/** A block may be long. */
const MOST_LINES = 20;

/** What an anchor marks, which is what its aliases stand for. */
export function anchorCard(document: ExperimentDocument, anchor: Occurrence): string | undefined {
  const node = marked(document, anchor);
  if (!node?.range) return undefined;
  const lines = document.text.slice(node.range[0], endOf(node)).split(/\r?\n/);
  const shown = lines.length > MOST_LINES ? [...lines.slice(0, MOST_LINES), '…'] : lines;
  return [`\`*${anchor.name}\` stands for`, '`````yaml', ...shown, '`````'].join('\n');
}

/** An anchor may be set again: the node that the name meant there. */
function marked({ tree }: ExperimentDocument, { name, setting }: Occurrence): Node | undefined {
  let nth = 0;
  let found: Node | undefined;
  visit(tree.document, {
    Value(_, node) {
      if (node.anchor !== name) return undefined;
      nth += 1;
      if (nth === setting) found = node;
      return found ? visit.BREAK : undefined;
    },
  });
  return found;
}
