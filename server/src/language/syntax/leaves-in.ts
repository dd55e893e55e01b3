import { Parser } from 'yaml';
import { LARGEST_TEXT } from '../../experiment/syntax/tree.js';
import type { ExperimentDocument } from '../document.js';
import { type Leaf, leavesOf } from '../format/leaves.js';

const read = new WeakMap<ExperimentDocument, readonly Leaf[]>();

/** The leaves of a document, comments and anchors among them; none of one that is too large. Read once. */
export function leavesIn(document: ExperimentDocument): readonly Leaf[] {
  const known = read.get(document);
  if (known) return known;
  const leaves = document.text.length > LARGEST_TEXT ? [] : leavesOf(new Parser().parse(document.text));
  read.set(document, leaves);
  return leaves;
}
