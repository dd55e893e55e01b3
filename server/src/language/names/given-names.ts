import { isMap, isSeq } from 'yaml';
import { plainOf } from '../../experiment/syntax/plain.js';
import type { SpecPath } from '../../experiment/syntax/tree.js';
import type { FigureNames } from '../../stages/declare.js';
import { type Figure, nameSources } from '../../stages/figures.js';
import type { ExperimentDocument } from '../document.js';

/** The line of a file that a figure is about: where the name in its path is given, else the stage's. */
export function lineOf(
  { tree }: Pick<ExperimentDocument, 'tree'>,
  { segments, names, stage }: Figure,
): SpecPath | undefined {
  const kind = segments.flatMap((segment) => (typeof segment === 'object' ? segment.kind : [])).find(isGiven);
  if (kind) return placeOfName(tree, kind, names);
  return stage && tree.nodeAt([stage.key]) !== undefined ? [stage.key] : undefined;
}

function isGiven(kind: string): boolean {
  return nameSources[kind]?.givenAt !== undefined;
}

function placeOfName(tree: ExperimentDocument['tree'], kind: string, names: FigureNames): SpecPath | undefined {
  const source = nameSources[kind];
  if (!source) return undefined;
  const { givenAt = [], of } = source;
  const around = givenAt.slice(0, -1);
  const node = tree.nodeAt(around);
  const name = names[kind];
  if (isMap(node)) return name !== undefined && node.has(name) ? [...around, name] : undefined;
  if (!isSeq(node)) return undefined;
  // Each entry by itself: an alias, or one that is half written, has no name.
  const section = (item: unknown) => around.slice(1).reduceRight<unknown>((below, key) => ({ [key]: below }), [item]);
  const at = node.items.findIndex((item) => of(section(plainOf(item as never)))[0] === name);
  return at < 0 ? undefined : [...around, at];
}
