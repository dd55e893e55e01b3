import type { Plugin } from '../../server/src/plugins/declare.js';
import { type PathKind, pathKindOf } from '../../server/src/plugins/params.js';
import { jsonSchemaOf, type ObjectSchema, type Schema } from './json-schema.js';
import { code, table } from './markdown.js';

const PATHS: Record<PathKind, string> = {
  file: 'path of a file',
  folder: 'path of a folder',
  model: 'path of an ONNX file',
  weights: 'path of an ONNX file, or of a folder with one',
};

/** A plugin's parameters as a table, or a sentence where it has none. */
export function parameterTable({ params }: Plugin): string {
  const { properties, required = [] } = jsonSchemaOf(params) as ObjectSchema;
  const rows = Object.entries(properties).map(([name, schema]) => {
    const kind = pathKindOf(params, name);
    const type = kind ? PATHS[kind] : typeOf(schema);
    return [
      code(name),
      type,
      rangeOf(schema),
      defaultOf(schema, required.includes(name)),
      schema.description as string,
    ];
  });
  if (rows.length === 0) return 'It has no parameters.';
  return table(['Parameter', 'Type', 'Range', 'Default', 'What it does'], rows);
}

function defaultOf(schema: Schema, required: boolean): string {
  if (required) return '**required**';
  return schema.default === undefined ? '–' : code(schema.default);
}

function typeOf(schema: Schema): string {
  const {
    type,
    enum: words,
    items,
    prefixItems,
    anyOf,
  } = schema as {
    type?: string;
    enum?: unknown[];
    items?: Schema;
    prefixItems?: Schema[];
    anyOf?: Schema[];
  };
  if (words) return words.map(code).join(' | ');
  if (anyOf) return anyOf.map(typeOf).join(' or ');
  if (prefixItems) return `${prefixItems.length} × ${typeOf(prefixItems[0])}`;
  if (type === 'array') return `list of ${items?.plugin ? `${items.plugin}s` : typeOf(items ?? {})}`;
  return { string: 'text', boolean: '`true` | `false`', object: 'block' }[type ?? ''] ?? type ?? 'any';
}

/** What a value lies between, or how long it is. */
function rangeOf(schema: Schema): string {
  const { minimum, exclusiveMinimum, maximum, minItems, maxItems, maxLength } = schema as Record<
    string,
    number | undefined
  >;
  if (schema.prefixItems) return '–';
  if (minItems !== undefined || maxItems !== undefined) return `${between(minItems, maxItems)} items`;
  if (maxLength !== undefined) return `up to ${maxLength} character${maxLength === 1 ? '' : 's'}`;
  if (exclusiveMinimum !== undefined && maximum === undefined) return `> ${exclusiveMinimum}`;
  if (exclusiveMinimum !== undefined) return `> ${exclusiveMinimum}, ≤ ${maximum}`;
  return between(minimum, maximum);
}

function between(least?: number, most?: number): string {
  if (least !== undefined && most !== undefined) return `${least} to ${most}`;
  if (least !== undefined) return `≥ ${least}`;
  return most === undefined ? '–' : `≤ ${most}`;
}
