import type { z } from 'zod';
import { jsonSchemaOf, type ObjectSchema, type Schema } from '../../server/src/experiment/schema/json-schema.js';
import { rangeInWords, typeInWords } from '../../server/src/experiment/schema/schema-words.js';
import { pathKindOf } from '../../server/src/plugins/params.js';
import { withArticle } from '../../server/src/protocol/figure-text.js';
import { code, table } from './markdown.js';

/** The keys of a block as a table, or a sentence where it has none. */
export function parameterTable(params: z.ZodType): string {
  const { properties, required = [] } = jsonSchemaOf(params) as ObjectSchema;
  const rows = Object.entries(properties).map(([name, schema]) => {
    const path = pathKindOf(params, name);
    return [
      code(name),
      typeof schema.plugin === 'string' ? withArticle(schema.plugin) : typeInWords({ ...schema, path }),
      rangeInWords(schema) ?? '–',
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
