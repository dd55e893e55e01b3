import type { Plugin } from '../plugins/declare.js';
import type { Variables } from './variables.js';

interface ReadWith extends Variables {
  readonly plugins: readonly Plugin[];
}

/**
 * What plugins in a file were read as, by what is written of them: the next version of the file reads again what was
 * changed. Only what was read without a fault, and by itself, is kept, and only as long as it is still written.
 */
export class Memory {
  private readonly kept = new Map<string, unknown>();

  private constructor(
    private readonly readWith: ReadWith,
    private readonly before: ReadonlyMap<string, unknown>,
  ) {}

  /** With what an earlier version of the file was read as, where that was read with the same plugins and variables. */
  static after(earlier: Memory | undefined, readWith: ReadWith): Memory {
    return new Memory(readWith, earlier && isSame(earlier.readWith, readWith) ? earlier.kept : new Map());
  }

  recall(key: string): unknown {
    const known = this.kept.get(key) ?? this.before.get(key);
    if (known !== undefined) this.kept.set(key, known);
    return known;
  }

  keep(key: string, value: unknown): void {
    this.kept.set(key, value);
  }
}

function isSame(a: ReadWith, b: ReadWith): boolean {
  return a.plugins === b.plugins && a.env === b.env && a.file === b.file && a.workspaceFolder === b.workspaceFolder;
}

/** Of values that cannot be changed, and so are the same in the next version of a file. */
const keysOfFrozen = new WeakMap<object, string>();

/** A plain value as a text: no two values that are read otherwise have the same one. */
export function keyOf(value: unknown): string {
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
