import * as z from 'zod';

export type Schema = Record<string, unknown>;

export interface ObjectSchema extends Schema {
  properties: Record<string, Schema>;
  required?: string[];
}

/** The JSON Schema of what may be written for a zod schema, as `adjust` leaves each part of it. */
export function jsonSchemaOf(schema: z.ZodType, adjust: (schema: Schema) => void = () => undefined): Schema {
  const { '~standard': _, ...generated } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override({ jsonSchema }) {
      const part = jsonSchema as Schema;
      withoutNoise(part);
      adjust(part);
    },
  });
  return generated;
}

/** zod says of every integer that it is a safe one; the other keys are for the product itself. */
function withoutNoise(schema: Schema): void {
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  for (const key of ['path', 'names', 'figure', 'byName', 'thenByName', 'column', 'columnOf']) delete schema[key];
}
