import { isDeepStrictEqual } from 'node:util';
import type { Position, Range, TextEdit, WorkspaceEdit } from 'vscode-languageserver-types';
import { isMap, isScalar, type Pair, parseDocument } from 'yaml';
import type { TextChange } from '../../experiment/syntax/text-change.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { formatPath } from '../../protocol/figure-path.js';
import { nameSchema, RESERVED_NAMES } from '../../protocol/names.js';
import type { ExperimentDocument } from '../document.js';
import { insertEntry, onOneLine } from '../edit/insert-entry.js';
import { nameAt, namesAlikeAt, namesIn } from '../names/names-in.js';
import type { NameKind, Occurrence } from '../names/occurrence.js';

export interface Renamable {
  readonly range: Range;
  readonly placeholder: string;
}

/** The name at a position that can be another one: `rename-refused` where nothing there is a name of the file's own. */
export function prepareRename(document: ExperimentDocument, position: Position): Result<Renamable> {
  const name = nameAt(document, position);
  if (!name) return refuse('Only names of models, perturbations, questions and anchors can be changed');
  return ok({ range: document.range(name.start, name.end), placeholder: name.name });
}

/**
 * Changes the name at a position wherever it stands. A model that has none gets one. `rename-refused` where the new
 * name is not valid, reserved or taken.
 */
export function rename(document: ExperimentDocument, position: Position, newName: string): Result<WorkspaceEdit> {
  const name = nameAt(document, position);
  const refusal = name ? whyNot(document, name, newName) : 'There is no name here';
  if (refusal) return refuse(refusal);
  const changes = namesAlikeAt(document, position).map((one) => renamed(document, one, newName));
  return ok({ changes: { [document.uri]: changes.map((change) => toEdit(document, change)) } });
}

function refuse(why: string): Result<never> {
  return fail('rename-refused', why);
}

function whyNot(document: ExperimentDocument, { kind, name }: Occurrence, newName: string): string | undefined {
  if (newName === name) return undefined;
  const taken = namesIn(document).some((other) => other.kind === kind && other.name === newName && isGiven(other));
  if (taken) return `There is a ${kind} "${newName}" already`;
  const inVersion = namesIn(document).some((other) => other.kind === kind && other.name === name && other.inVersion);
  if (inVersion && formatPath([newName]) !== newName) {
    return `"${newName}" needs quotes in a path, and in an expectation it is a part of a version's name`;
  }
  return kind === 'anchor' ? whyNoAnchor(newName) : whyNoName(newName, kind);
}

function isGiven({ role }: Occurrence): boolean {
  return role !== 'reference';
}

function whyNoAnchor(name: string): string | undefined {
  return /^[^\s,[\]{}]+$/.test(name) ? undefined : `"${name}" is no anchor: blanks, commas and brackets end one`;
}

function whyNoName(name: string, kind: NameKind): string | undefined {
  const parsed = nameSchema.safeParse(name);
  if (!parsed.success) return `"${name}" is no name of a ${kind}: ${parsed.error.issues[0]?.message}`;
  if (RESERVED_NAMES.includes(name)) return `"${name}" has a meaning of its own in results`;
  return isPlain(name) ? undefined : `YAML reads ${name} as something else than this name`;
}

/** Whether it can stand without quotes, in a block as between brackets. */
function isPlain(name: string): boolean {
  const document = parseDocument(`[${name}]`);
  return document.errors.length === 0 && isDeepStrictEqual(document.toJS(), [name]);
}

/** The change that gives what stands there another name; a model without a name gets one. */
export function renamed(document: ExperimentDocument, occurrence: Occurrence, newName: string): TextChange {
  const { start, end, given, inPath } = occurrence;
  if (inPath) return { start, end, text: formatPath([newName]) };
  if (isMap(given)) {
    const use = (given.items as Pair[]).findIndex(({ key }) => isScalar(key) && key.value === 'use');
    return insertEntry(document, given, onOneLine(`name: ${newName}`), use);
  }
  if (!isScalar(given) || !given.range) return { start, end, text: newName };
  const [from, to] = given.range;
  return { start: from, end: to, text: `{use: ${document.text.slice(from, to)}, name: ${newName}}` };
}

function toEdit(document: ExperimentDocument, { start, end, text }: TextChange): TextEdit {
  return { range: document.range(start, end), newText: text };
}
