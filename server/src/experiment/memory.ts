import type { Plugin } from '../plugins/declare.js';
import type { Variables } from './variables.js';

interface ReadWith extends Variables {
  readonly plugins: readonly Plugin[];
}

/** By kind, then by what is written: a text that was made for an earlier version is looked up as it is, and not made anew. */
type Kept = Map<string, Map<string, unknown>>;

/**
 * What plugins in a file were read as, by what is written of them: the next version of the file reads again what was
 * changed. Only what was read without a fault, and by itself, is kept, and only as long as it is still written.
 */
export class Memory {
  private readonly kept: Kept = new Map();

  private constructor(
    private readonly readWith: ReadWith,
    private readonly before: Kept,
  ) {}

  /**
   * With what an earlier version of the file was read as, where that was read with the same plugins and variables. Of a
   * version that was too broken to be read, as a half-typed key makes a long file, it is what was known before it.
   */
  static after(earlier: Memory | undefined, readWith: ReadWith): Memory {
    if (!earlier || !isSame(earlier.readWith, readWith)) return new Memory(readWith, new Map());
    return new Memory(readWith, earlier.kept.size > 0 ? earlier.kept : earlier.before);
  }

  recall(kind: string, written: unknown): unknown {
    const key = keyOf(written);
    const known = this.kept.get(kind)?.get(key) ?? this.before.get(kind)?.get(key);
    if (known !== undefined) this.keep(kind, written, known);
    return known;
  }

  keep(kind: string, written: unknown, value: unknown): void {
    const ofKind = this.kept.get(kind) ?? new Map<string, unknown>();
    this.kept.set(kind, ofKind.set(keyOf(written), value));
  }
}

function isSame(a: ReadWith, b: ReadWith): boolean {
  return a.plugins === b.plugins && a.env === b.env && a.file === b.file && a.workspaceFolder === b.workspaceFolder;
}

/** Of values that cannot be changed, and so are the same in the next version of a file. */
const keysOfFrozen = new WeakMap<object, string>();

/** A plain value as a text: no two values that are read otherwise have the same one. */
function keyOf(value: unknown): string {
  if (typeof value !== 'object' || value === null || !Object.isFrozen(value)) return textOf(value);
  const key = keysOfFrozen.get(value) ?? textOf(value);
  keysOfFrozen.set(value, key);
  return key;
}

function textOf(value: unknown): string {
  const text = JSON.stringify(value);
  return text.includes('null') ? JSON.stringify(value, unlikeNull) : text;
}

/** JSON has no number for `.nan` and `.inf`. */
function unlikeNull(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? ['\uE001', String(value)] : value;
}
