import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';

const ajv = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false, validateFormats: false });
const schemas = join(import.meta.dirname, '../../schemas');

/** What a command printed with `--json`, which must be as a committed schema says. */
export function parsedBySchema<T>(text: string, schema: string): T {
  const validate = ajv.getSchema(schema) ?? ajv.addSchema(read(schema), schema).getSchema(schema);
  const document: T = JSON.parse(text);
  assert.ok(validate?.(document), `${schema}: ${ajv.errorsText(validate?.errors)}`);
  return document;
}

function read(schema: string) {
  return JSON.parse(readFileSync(join(schemas, `${schema}.schema.json`), 'utf8'));
}
