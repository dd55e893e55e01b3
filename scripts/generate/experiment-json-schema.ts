import type { z } from 'zod';
import { experimentSchema } from '../../server/src/experiment/schema/experiment-schema.js';
import { jsonSchemaOf, type ObjectSchema, type Schema } from '../../server/src/experiment/schema/json-schema.js';
import { SHARED_KEYS } from '../../server/src/experiment/schema/schema-place.js';
import type { Family, Plugin } from '../../server/src/plugins/declare.js';

const FAMILIES: readonly Family[] = ['dataset', 'model', 'index', 'perturbation', 'countermeasure', 'retrieval'];

/** The JSON Schema of experiment files: what reading one refuses by its form, but for what is between two sections. */
export function experimentJsonSchema(plugins: readonly Plugin[]): Schema {
  const schema = jsonSchemaOf(experimentSchema, referToPlugin) as ObjectSchema;
  const ofFamily = (family: Family) => plugins.filter((plugin) => plugin.family === family);
  return {
    ...schema,
    $id: 'urn:lookalike:experiment:1',
    title: 'Lookalike experiment',
    patternProperties: { '^x-': true },
    properties: Object.fromEntries(Object.entries(schema.properties).map(([key, value]) => [key, sectionOf(value)])),
    $defs: Object.fromEntries(FAMILIES.map((family) => [family, useOf(family, ofFamily(family))])),
  };
}

/** A block for an example would be offered as “[object Object]” by yaml-language-server. */
function withoutBlocks(schema: Schema): void {
  if (!Array.isArray(schema.examples)) return;
  schema.examples = schema.examples.filter((example) => typeof example !== 'object');
  if ((schema.examples as unknown[]).length === 0) delete schema.examples;
}

function referToPlugin(schema: Schema): void {
  withoutBlocks(schema);
  if (typeof schema.plugin !== 'string') return;
  schema.$ref = `#/$defs/${schema.plugin}`;
  delete schema.plugin;
}

/** A section that needs no key may be written without a value: it has all its defaults. */
function sectionOf(schema: Schema): Schema {
  return schema.type === 'object' && !schema.required ? { ...schema, type: ['object', 'null'] } : schema;
}

/**
 * A plugin by name, or a block with its parameters. Not a `oneOf` of the plugins: of a misspelt name it would say
 * that the first plugin's parameters do not fit, where `enum` and a condition a plugin list the names that there are.
 */
function useOf(family: Family, plugins: readonly Plugin[]): Schema {
  const branches = plugins.map((plugin) => blockOf(plugin, SHARED_KEYS[family]));
  const complete = plugins.filter((_, index) => branches[index].required.length === 1);
  const short = { allOf: [nameOf(plugins), nameOf(complete)] };
  const block = [
    { required: ['use'], properties: { use: nameOf(plugins) } },
    ...plugins.map(({ name }, index) =>
      when({ required: ['use'], properties: { use: { const: name } } }, branches[index]),
    ),
  ];
  // Editors offer examples before anything is there; what stands in a condition they do not.
  const examples = complete.map(({ name }) => name);
  return {
    type: ['string', 'object'],
    ...(examples.length > 0 && { examples }),
    ...when({ type: 'string' }, short, { allOf: block }),
  };
}

/** The name of one of the plugins, or a third party's, which has a slash and is not known here. */
function nameOf(plugins: readonly Plugin[]): Schema {
  const known = plugins.length > 0 ? { enum: plugins.map(({ name }) => name) } : { not: {} };
  const examples = plugins.map(({ name }) => name);
  return { type: 'string', ...(examples.length > 0 && { examples }), ...when({ not: { pattern: '/' } }, known) };
}

function when(test: Schema, holds: Schema, otherwise: Schema = {}): Schema {
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  return { if: test, then: holds, else: otherwise };
}

function blockOf(plugin: Plugin, shared?: z.ZodObject): ObjectSchema & { required: string[] } {
  const params = jsonSchemaOf(plugin.params, referToPlugin) as ObjectSchema;
  const beside = shared ? (jsonSchemaOf(shared) as ObjectSchema).properties : {};
  return {
    description: `${plugin.title}\n\n${plugin.docs}`,
    properties: { use: { const: plugin.name, description: plugin.title }, ...beside, ...params.properties },
    required: ['use', ...(params.required ?? [])],
    additionalProperties: false,
  };
}
