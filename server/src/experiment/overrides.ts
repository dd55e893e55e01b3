import { type Document, type Node, parse } from 'yaml';
import { fail, ok, type Result } from '../protocol/errors.js';
import { readPath } from '../protocol/figure-path.js';
import { itemAt } from '../protocol/item-at.js';
import { withValueAt } from './syntax/set-value.js';
import type { SpecPath } from './syntax/tree.js';

const NO_OVERRIDE = 'it is not of the form key.path=value, a key with a dot, a blank or a sign in quotes: a."b.c".d=1';

/** A `key.path=value` in its parts, the value as it is written; undefined of what has another form. */
export function readOverride(
  override: string,
): { readonly path: readonly string[]; readonly text: string } | undefined {
  const read = readPath(override);
  if (!read || override[read.end] !== '=') return undefined;
  return { path: read.segments.map(({ text }) => text), text: override.slice(read.end + 1) };
}

/** Applies `key.path=value` to a document, the value read as YAML; gives the path of what was set, as `withValueAt` does. */
export function applyOverride(document: Document, override: string): Result<SpecPath> {
  const read = readOverride(override);
  if (!read) return invalid(override, NO_OVERRIDE);
  const value = yamlValue(read.text);
  if (!value.ok) return invalid(override, value.problem.message);
  const set = withValueAt(document, document.contents, read.path, document.createNode(value.value) as Node);
  if (!set.ok) return invalid(override, set.problem.message);
  document.contents = set.value.contents as unknown as typeof document.contents;
  return ok(set.value.path);
}

/** A value as it is written behind the sign. Problem: `yaml-syntax`. */
export function yamlValue(text: string): Result<unknown> {
  try {
    return ok(parse(text));
  } catch (error) {
    return fail('yaml-syntax', itemAt((error as Error).message.split('\n'), 0));
  }
}

function invalid(override: string, why: string): Result<never> {
  return fail('set-invalid', `--set ${override}: ${why}`);
}
