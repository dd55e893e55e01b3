import { isMap, isSeq, type YAMLSeq } from 'yaml';
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
  const at =
    name === undefined ? undefined : placesIn(node, kind, (item) => of(withBlocks(around.slice(1), item))[0]).get(name);
  return at === undefined ? undefined : [...around, at];
}

function withBlocks(keys: readonly string[], item: unknown): unknown {
  return keys.reduceRight<unknown>((below, key) => ({ [key]: below }), [item]);
}

/** By list and kind of names: every figure of a file asks for the place of its name. */
const places = new WeakMap<YAMLSeq, Map<string, ReadonlyMap<string, number>>>();

/** Where each name stands first. Each entry is read by itself: an alias, or one that is half written, has no name. */
function placesIn(list: YAMLSeq, kind: string, nameOf: (item: unknown) => string | undefined) {
  const ofList = places.get(list) ?? new Map<string, ReadonlyMap<string, number>>();
  places.set(list, ofList);
  const known = ofList.get(kind);
  if (known) return known;
  const byName = new Map<string, number>();
  for (const [n, item] of list.items.entries()) {
    const name = nameOf(plainOf(item as never));
    if (name !== undefined && !byName.has(name)) byName.set(name, n);
  }
  ofList.set(kind, byName);
  return byName;
}
