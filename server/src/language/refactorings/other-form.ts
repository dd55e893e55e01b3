import type { Position } from 'vscode-languageserver-types';
import { isAlias, isMap, isScalar, type Node, type Pair, type YAMLMap } from 'yaml';
import { entriesOf } from '../../experiment/entries.js';
import { nameOf } from '../../experiment/key-name.js';
import type { ExperimentDocument } from '../document.js';
import { endOf } from '../edit/insert-entry.js';
import type { Fix } from '../fixes/fix.js';

/** Writes the plugin at a position as a block where it is a name alone, and by its name where the block says no more. */
export function otherForm(document: ExperimentDocument, position: Position): Fix[] {
  const offset = document.offsetAt(position);
  const plugins = [...entriesOf(document.tree.document.contents)].filter(({ path }) => document.schemaAt(path)?.plugin);
  const value = plugins.map((entry) => entry.value).findLast((node) => node && covers(node, offset));
  if (!value?.range || isAlias(value)) return [];
  return isScalar(value) ? asBlock(document, value) : isMap(value) ? asName(document, value) : [];
}

function covers(node: Node, offset: number): boolean {
  return !!node.range && node.range[0] <= offset && offset <= endOf(node);
}

function asBlock({ text }: ExperimentDocument, { range }: Node): Fix[] {
  const [start, end] = range ?? [0, 0];
  const changes = [{ start, end, text: `{use: ${text.slice(start, end)}}` }];
  return [{ title: 'Write the plugin as a block', changes }];
}

/** A block in lines of its own is not brought onto its key's line: comments may stand between. */
function asName({ text }: ExperimentDocument, map: YAMLMap): Fix[] {
  const [pair, ...others] = map.items as Pair<Node | null, Node | null>[];
  const name = pair && nameOf(pair) === 'use' ? pair.value?.range : undefined;
  if (!name || others.length > 0) return [];
  const changes = [{ start: map.range?.[0] ?? 0, end: endOf(map), text: text.slice(name[0], name[1]) }];
  return [{ title: 'Write the plugin by its name', changes }];
}
