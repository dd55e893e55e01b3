import type { PathKind } from '../../plugins/params.js';
import type { Schema } from './json-schema.js';

const PATHS: Record<PathKind, string> = {
  file: 'path of a file',
  folder: 'path of a folder',
  model: 'path of an ONNX file',
  weights: 'path of an ONNX file, or of a folder with one',
};

/** The keywords of JSON Schema that parameters use; `path` is of our own. */
interface Keywords {
  readonly path?: PathKind;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly items?: Schema;
  readonly prefixItems?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxLength?: number;
}

/** What kind of value a schema takes, in Markdown. */
export function typeInWords(schema: Schema): string {
  const { path, type, enum: words, items, prefixItems, anyOf, ...rest } = schema as Keywords;
  if (path) return PATHS[path];
  if (words ?? 'const' in rest) return (words ?? [rest.const]).map(code).join(' | ');
  if (anyOf) return anyOf.map(typeInWords).join(' or ');
  if (prefixItems) return `${prefixItems.length} × ${typeInWords(prefixItems[0] ?? {})}`;
  if (type === 'array') return `list of ${items?.plugin ? `${items.plugin}s` : typeInWords(items ?? {})}`;
  return { string: 'text', boolean: '`true` | `false`', object: 'block' }[type ?? ''] ?? type ?? 'any';
}

/** What a value lies between, or how long it is; undefined where it may be any. */
export function rangeInWords(schema: Schema): string | undefined {
  const { prefixItems, minimum, exclusiveMinimum, maximum, minItems, maxItems, maxLength } = schema as Keywords;
  if (prefixItems) return undefined;
  if (minItems !== undefined || maxItems !== undefined)
    return `${between(minItems, maxItems)} item${(maxItems ?? minItems) === 1 ? '' : 's'}`;
  if (maxLength !== undefined) return `up to ${maxLength} character${maxLength === 1 ? '' : 's'}`;
  if (exclusiveMinimum !== undefined && maximum === undefined) return `> ${exclusiveMinimum}`;
  if (exclusiveMinimum !== undefined) return `> ${exclusiveMinimum}, ≤ ${maximum}`;
  return between(minimum, maximum);
}

function between(least?: number, most?: number): string | undefined {
  if (least !== undefined && most !== undefined) return `${least} to ${most}`;
  if (least !== undefined) return `≥ ${least}`;
  return most === undefined ? undefined : `≤ ${most}`;
}

/** A value as inline code. */
export function code(value: unknown): string {
  return `\`${plainly(value)}\``;
}

/** A value where no Markdown is shown. */
export function plainly(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
