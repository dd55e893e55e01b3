import { isMap, type Node } from 'yaml';
import { nameOf } from '../../experiment/key-name.js';
import { type SpecPath, SpecTree } from '../../experiment/syntax/tree.js';
import type { ExperimentDocument } from '../document.js';
import { sectionAround } from './section.js';

const TOP_LEVEL_KEY = /^(["']?)([^\s#"'{[][^"':]*)\1\s*:(?=\s|$)/gm;
/** Sections of the texts that were read last: what is typed in one leaves the others as they were. */
const read = new Map<string, SpecTree>();
const MOST_READ = 32;

/** A file by its sections, each read when it is first asked for: what completion needs of a large file is little. */
export interface Outline {
  readonly keys: readonly string[];
  nodeAt(path: SpecPath): Node | undefined;
}

export function outlineOf(document: ExperimentDocument): Outline {
  const offsets = new Map([...document.text.matchAll(TOP_LEVEL_KEY)].map(({ 2: key = '', index }) => [key, index]));
  if (offsets.size === 0) return wholeOutline(document.tree);
  return {
    keys: [...offsets.keys()],
    nodeAt(path) {
      const offset = offsets.get(String(path[0]));
      const section = offset === undefined ? undefined : sectionAround(document.text, offset);
      // A section that is too large to be completed in is not too large to be read.
      return section ? treeOf(section.text).nodeAt(path) : document.tree.nodeAt(path);
    },
  };
}

/** Of a file in brackets, or in which nothing is at the margin. */
function wholeOutline(tree: SpecTree): Outline {
  const { contents } = tree.document;
  return { keys: isMap(contents) ? contents.items.map(nameOf) : [], nodeAt: (path) => tree.nodeAt(path) };
}

function treeOf(text: string): SpecTree {
  const known = read.get(text);
  if (known) return known;
  const tree = SpecTree.parse(text);
  if (read.size >= MOST_READ) read.delete(read.keys().next().value as string);
  read.set(text, tree);
  return tree;
}
