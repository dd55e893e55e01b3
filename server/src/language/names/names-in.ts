import type { Position } from 'vscode-languageserver-types';
import { isMap, isScalar } from 'yaml';
import { type Entry, entriesAround, entriesOf } from '../../experiment/entries.js';
import { MATRIX, MATRIX_LISTS } from '../../experiment/schema/experiment-schema.js';
import { metaOf } from '../../experiment/schema/schema-facts.js';
import { LARGEST_TEXT, type SpecPath } from '../../experiment/syntax/tree.js';
import { readPath } from '../../protocol/figure-path.js';
import { findNamed } from '../../protocol/names.js';
import { nameSources } from '../../stages/figures.js';
import type { ExperimentDocument } from '../document.js';
import { anchorsIn } from './anchors.js';
import { expectationNames } from './expectation-names.js';
import { isSame, type NameKind, type Occurrence, textSpan } from './occurrence.js';

const found = new WeakMap<ExperimentDocument, readonly Occurrence[]>();

/** Every name of the file's own, in the order of the text but for anchors, which come last. Looked for once. */
export function namesIn(document: ExperimentDocument): readonly Occurrence[] {
  const names = found.get(document) ?? findNames(document);
  found.set(document, names);
  return names;
}

function findNames(document: ExperimentDocument): Occurrence[] {
  if (document.text.length > LARGEST_TEXT) return [];
  const entries = [...entriesOf(document.tree.document.contents)];
  const names = entries.flatMap((entry) => namesOf(document, entry));
  const models = names.filter(({ kind, role }) => kind === 'model' && role !== 'reference');
  return [...names.map((one) => (one.kind === 'model' ? meant(one, models) : one)), ...anchorsIn(document)];
}

/** A reference by an older name means the model that has it. */
function meant(one: Occurrence, models: readonly Occurrence[]): Occurrence {
  const model = one.role === 'reference' ? findNamed(models, ({ name }) => name, one.name) : undefined;
  return model ? { ...one, name: model.name } : one;
}

function namesOf(document: ExperimentDocument, entry: Entry): Occurrence[] {
  const { path, key, value } = entry;
  const [section, list] = path;
  if (path.length === 3 && section === 'embed' && list === 'models') return modelGiven(document, entry);
  if (path.length === 2 && section === 'expect') return expectationNames(document.text, value);
  if (section === MATRIX && key && typeof path.at(-1) === 'string') {
    const inKey = keyPathNames(document, path, key);
    if (inKey.length > 0) return inKey;
  }
  const kind = kindGivenAt(path);
  if (kind) return occurrence(document, kind, 'definition', key);
  const place = isScalar(value) ? document.schemaAt(path) : undefined;
  const names = place && metaOf(place.schema).names;
  return names === undefined || names === 'metric' ? [] : occurrence(document, names, 'reference', value);
}

/** The kind of names that the keys at a path are. */
function kindGivenAt(path: SpecPath): NameKind | undefined {
  const isGiven = ([, { givenAt = [], means }]: (typeof SOURCES)[number]) =>
    means === undefined && givenAt.length === path.length && givenAt.every((key, n) => key === '*' || key === path[n]);
  return SOURCES.find(isGiven)?.[0];
}

const SOURCES = Object.entries(nameSources);

/** The names in the key paths of a matrix: `fawkes` in `poison.fawkes.mode`. */
function keyPathNames(document: ExperimentDocument, path: SpecPath, key: unknown): Occurrence[] {
  const isKeyPath = path.length === 2 || (path.length === 4 && MATRIX_LISTS.some((list) => list === path[1]));
  const span = isKeyPath ? textSpan(document.text, key) : undefined;
  const segments = span && readPath(span.value)?.segments;
  if (!segments) return [];
  return SOURCES.flatMap(([kind, { givenAt = [], means }]) => {
    const segment = segments[givenAt.length - 1];
    const isNamed = givenAt.every((part, n) => part === '*' || part === segments[n]?.text);
    if (!segment || means !== undefined || !isNamed || /^\d+$/.test(segment.text)) return [];
    const { start, end, text: name } = segment;
    return { kind, name, role: 'reference', inPath: true, start: span.start + start, end: span.start + end } as const;
  });
}

/** A model is named by its `name`, else by its `use`. */
function modelGiven(document: ExperimentDocument, { value }: Entry): Occurrence[] {
  const name = isMap(value) ? value.get('name', true) : undefined;
  if (name) return occurrence(document, 'model', 'definition', name);
  const use = isMap(value) ? value.get('use', true) : value;
  const found = occurrence(document, 'model', 'use', use);
  return found.map((one) => ({ ...one, name: one.name, given: value }));
}

function occurrence(
  document: ExperimentDocument,
  kind: NameKind,
  role: Occurrence['role'],
  node: unknown,
): Occurrence[] {
  const span = textSpan(document.text, node);
  return span ? [{ kind, role, name: span.value, start: span.start, end: span.end }] : [];
}

/** The name at a position, of which the end counts. */
export function nameAt(document: ExperimentDocument, position: Position): Occurrence | undefined {
  const offset = document.offsetAt(position);
  const isThere = ({ start, end }: { start: number; end: number }) => start <= offset && offset <= end;
  if (found.has(document) || document.isTooLarge || anchorsIn(document).length > 0)
    return namesIn(document).find(isThere);
  // All names of a long file take long to find, and what is at a place is in what is around it.
  const around = entriesAround(document.tree.document.contents, offset);
  const there = around.flatMap((entry) => namesOf(document, entry)).find(isThere);
  return there?.role === 'reference' ? namesIn(document).find(isThere) : there;
}

/** Every place of the name at a position, in the order of the text; none where there is no name. */
export function namesAlikeAt(document: ExperimentDocument, position: Position): Occurrence[] {
  const name = nameAt(document, position);
  return name ? namesIn(document).filter((other) => isSame(name, other)) : [];
}
