import { z } from 'zod';
import type { Family, Plugin } from '../plugins/declare.js';
import type { Diagnostic, DiagnosticCode } from './checks/diagnostics.js';
import { didYouMean, nearest } from './checks/did-you-mean.js';
import { issueInWords } from './schema/issue-words.js';
import { unwrapped } from './schema/schema-facts.js';
import type { SpecPath, SpecTree } from './syntax/tree.js';
import type { Variables } from './variables.js';

/** What the parts of a reading share: the tree, the plugins, and the diagnostics that they collect. */
export class Reading {
  readonly diagnostics: Diagnostic[] = [];

  constructor(
    readonly tree: SpecTree,
    readonly plugins: readonly Plugin[],
    readonly variables: Variables,
  ) {}

  pluginsOf(family: Family): readonly Plugin[] {
    return this.plugins.filter((plugin) => plugin.family === family);
  }

  error(code: DiagnosticCode, path: SpecPath, message: string, more: Partial<Diagnostic> = {}): void {
    this.add({ code, severity: 'error', path, message, range: this.tree.rangeOf(path), ...more });
  }

  warn(code: DiagnosticCode, path: SpecPath, message: string, more: Partial<Diagnostic> = {}): void {
    this.add({ code, severity: 'warning', path, message, range: this.tree.keyRangeOf(path), ...more });
  }

  get hasErrors(): boolean {
    return this.diagnostics.some(({ severity }) => severity === 'error');
  }

  /** The value as the schema gives it back, or undefined with a diagnostic for each of its faults. */
  parse<T extends z.ZodType>(schema: T, value: unknown, path: SpecPath): z.output<T> | undefined {
    const result = schema.safeParse(value, { error: issueInWords });
    if (result.success) return result.data;
    for (const issue of result.error.issues) this.report(issue, schema, path);
    return undefined;
  }

  private add(diagnostic: Diagnostic): void {
    this.diagnostics.push(diagnostic);
  }

  private report(issue: z.core.$ZodIssue, schema: z.ZodType, base: SpecPath): void {
    const path = [...base, ...issue.path.map((segment) => (typeof segment === 'number' ? segment : String(segment)))];
    if (issue.code === 'unrecognized_keys') this.reportUnknownKeys(issue.keys, path, keysAt(schema, issue.path));
    else if (path.length > 0 && this.tree.nodeAt(path) === undefined) this.reportMissing(path);
    else if (issue.code === 'invalid_value') this.reportInvalidValue(issue.values, path);
    else if (issue.code === 'invalid_key') this.reportInvalidKey(issue.issues[0], path);
    else this.error(codeOf(issue), path, issue.message, { hint: listOf(keysAt(schema, issue.path)) });
  }

  private reportUnknownKeys(keys: readonly string[], path: SpecPath, known: readonly string[]): void {
    for (const key of keys) {
      const suggestion = nearest(key, known);
      const at = [...path, key];
      const message = `Unknown key "${key}"${didYouMean(suggestion)}`;
      this.error('unknown-key', at, message, { range: this.tree.keyRangeOf(at), suggestion, hint: listOf(known) });
    }
  }

  private reportMissing(path: SpecPath): void {
    const key = path[path.length - 1];
    const parent = path.slice(0, -1);
    const range = parent.length > 0 ? this.tree.keyRangeOf(parent) : this.tree.rangeOf([]);
    this.error('missing-key', path, `The key "${key}" is required here`, { range });
  }

  private reportInvalidKey(issue: z.core.$ZodIssue, path: SpecPath): void {
    this.error('invalid-value', path, issue.message, { range: this.tree.keyRangeOf(path) });
  }

  private reportInvalidValue(values: readonly unknown[], path: SpecPath): void {
    const written = String(this.tree.nodeAt(path) ?? '').trim();
    const words = values.map(String);
    if (words.includes(written)) {
      this.error('wrong-type', path, `Write ${written} without quotes: it is a number here, not a text`);
      return;
    }
    const suggestion = nearest(written, words);
    const message = `"${written}" is not one of ${words.join(', ')}${didYouMean(suggestion)}`;
    this.error('invalid-value', path, message, { suggestion });
  }
}

const RANGE_CODES = new Set(['too_small', 'too_big', 'not_multiple_of']);

function codeOf({ code }: z.core.$ZodIssue): DiagnosticCode {
  if (code === 'invalid_type' || code === 'invalid_union') return 'wrong-type';
  return RANGE_CODES.has(code) ? 'out-of-range' : 'invalid-value';
}

/** The keys that an object schema takes at a path inside it. */
function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  const bare = unwrapped(schema);
  if (path.length === 0) return bare instanceof z.ZodObject ? Object.keys(bare.shape) : [];
  const [segment, ...rest] = path;
  if (bare instanceof z.ZodObject) return keysAt(bare.shape[String(segment)], rest);
  if (bare instanceof z.ZodArray) return keysAt(bare.element, rest);
  return [];
}

export function listOf(words: readonly string[]): string | undefined {
  return words.length > 0 ? `Valid here: ${words.join(', ')}.` : undefined;
}
