import * as z from 'zod';
import type { Family, Plugin } from '../plugins/declare.js';
import { itemAt } from '../protocol/item-at.js';
import type { Diagnostic, DiagnosticCode } from './checks/diagnostics.js';
import { didYouMean, nearest } from './checks/did-you-mean.js';
import type { Memory } from './memory.js';
import { issueInWords } from './schema/issue-words.js';
import { unwrapped } from './schema/schema-facts.js';
import type { SpecPath, SpecTree } from './syntax/tree.js';
import type { Variables } from './variables.js';

/** What the parts of a reading share: the tree, the plugins, and the diagnostics that they collect. */
export class Reading {
  readonly diagnostics: Diagnostic[] = [];
  private isAlone = true;

  constructor(
    readonly tree: SpecTree,
    readonly plugins: readonly Plugin[],
    readonly variables: Variables,
    private readonly memory: Memory,
  ) {}

  /** Told by who reads something that another place of the file decides about. */
  looksElsewhere(): void {
    this.isAlone = false;
  }

  /** What `read` makes of a value that is written somewhere, as a `kind`: what it made of the same one, where it stood by itself. */
  once<T>(kind: string, written: unknown, read: () => T): T {
    const known = this.memory.recall(kind, written);
    if (known !== undefined) return known as T;
    const before = this.diagnostics.length;
    this.isAlone = true;
    const value = read();
    if (this.isAlone && value !== undefined && this.diagnostics.length === before)
      this.memory.keep(kind, written, value);
    return value;
  }

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

  /**
   * The value as the schema gives it back, or undefined with a diagnostic for each of its faults. `beside` are keys
   * that may stand beside the schema's own.
   */
  parse<T extends z.ZodType>(
    schema: T,
    value: unknown,
    path: SpecPath,
    beside: readonly string[] = [],
  ): z.output<T> | undefined {
    const result = schema.safeParse(value, { error: issueInWords });
    if (result.success) return result.data;
    for (const issue of result.error.issues) this.report(issue, schema, path, beside);
    return undefined;
  }

  private add(diagnostic: Diagnostic): void {
    this.diagnostics.push(diagnostic);
  }

  private report(issue: z.core.$ZodIssue, schema: z.ZodType, base: SpecPath, beside: readonly string[]): void {
    const path = [...base, ...issue.path.map((segment) => (typeof segment === 'number' ? segment : String(segment)))];
    const known = [...(issue.path.length === 0 ? beside : []), ...keysAt(schema, issue.path)];
    if (issue.code === 'unrecognized_keys') this.reportUnknownKeys(issue.keys, path, known);
    else if (path.length > 0 && this.tree.nodeAt(path) === undefined) this.reportMissing(path);
    else if (issue.code === 'invalid_value') this.reportInvalidValue(issue.values, path);
    else if (issue.code === 'invalid_key') this.reportInvalidKey(itemAt(issue.issues, 0), path);
    else this.error(codeOf(issue), path, issue.message, { hint: listOf(known) });
  }

  private reportUnknownKeys(keys: readonly string[], path: SpecPath, known: readonly string[]): void {
    for (const key of keys.slice(0, MOST_UNKNOWN)) {
      const suggestion = nearest(key, known);
      const at = [...path, key];
      const message = `Unknown key "${key}"${didYouMean(suggestion)}`;
      this.error('unknown-key', at, message, { range: this.tree.keyRangeOf(at), suggestion, hint: listOf(known) });
    }
    if (keys.length <= MOST_UNKNOWN) return;
    const at = [...path, itemAt(keys, MOST_UNKNOWN)];
    const message = `Unknown key "${at.at(-1)}", and ${keys.length - MOST_UNKNOWN - 1} more that are unknown`;
    this.error('unknown-key', at, message, { range: this.tree.keyRangeOf(at), hint: listOf(known) });
  }

  /** In a block it stands at its key; at the top, where the first key is. */
  private reportMissing(path: SpecPath): void {
    const key = path[path.length - 1];
    const parent = path.slice(0, -1);
    const range = parent.length > 0 ? this.tree.keyRangeOf(parent) : this.tree.firstKeyRange();
    const where = parent.length > 0 ? 'here' : 'in an experiment';
    this.error('missing-key', path, `The key "${key}" is required ${where}`, { range });
  }

  private reportInvalidKey(issue: z.core.$ZodIssue, path: SpecPath): void {
    this.error('invalid-value', path, issue.message, { range: this.tree.keyRangeOf(path) });
  }

  private reportInvalidValue(values: readonly unknown[], path: SpecPath): void {
    const words = values.map(String);
    const written = String(this.tree.nodeAt(path) ?? '').trim();
    if (written === '' || this.tree.valueAt(path) === null) {
      this.error('invalid-value', path, `This is empty: write ${oneOf(words)}`);
      return;
    }
    if (words.includes(written)) {
      this.error('wrong-type', path, `Write ${written} without quotes: it is a number here, not a text`);
      return;
    }
    const suggestion = nearest(written, words);
    const message = `"${written}" is not ${oneOf(words)}${didYouMean(suggestion)}`;
    this.error('invalid-value', path, message, { suggestion });
  }
}

function oneOf(words: readonly string[]): string {
  return words.length === 1 ? words.join() : `one of ${words.join(', ')}`;
}

/** A block of thousands of keys is none of an experiment's: those behind are counted. */
const MOST_UNKNOWN = 100;
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
  if (bare instanceof z.ZodObject) {
    const inner = bare.shape[String(segment)] ?? bare.def.catchall;
    return inner ? keysAt(inner, rest) : [];
  }
  if (bare instanceof z.ZodArray) return keysAt(bare.element, rest);
  return [];
}

export function listOf(words: readonly string[]): string | undefined {
  return words.length > 0 ? `Valid here: ${words.join(', ')}.` : undefined;
}
