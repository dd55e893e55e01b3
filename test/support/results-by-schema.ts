import * as z from 'zod';
import { partsOfVersion } from '../../server/src/protocol/names.js';
import { NAMING_FIELDS } from '../../server/src/protocol/results/look-up.js';
import { bare, metaOf } from '../../server/src/protocol/results/schema-walk.js';
import { type Results, resultsSchema } from '../../server/src/protocol/results.js';

/** Results in which every list has an entry a name, and no two figures are alike: made up from the schema alone. */
export function resultsBySchema(names: Readonly<Record<string, readonly string[]>>): Results {
  let figures = 0;
  const make = (schema: z.core.$ZodType, name?: string): unknown => {
    const { figure, byName, thenByName } = metaOf(schema);
    const inner = bare(schema);
    const entries = byName ? (names[byName] ?? ['one']) : [];
    if (figure) return nthValue(figure.kind, ++figures);
    if (inner instanceof z.ZodObject) {
      const shape = Object.entries(inner.shape as z.core.$ZodShape);
      return Object.fromEntries(
        shape.map(([key, below]) => [key, isNaming(key) && name ? ownName(below, name) : make(below)]),
      );
    }
    if (inner instanceof z.ZodArray && thenByName) {
      const judges = names[thenByName] ?? ['one'];
      return entries.flatMap((version) =>
        judges.map((judge) => ({ ...(make(inner.element) as object), ...ofVersion(version), judge })),
      );
    }
    if (inner instanceof z.ZodArray) return entries.map((entry) => make(inner.element, entry));
    if (inner instanceof z.ZodRecord)
      return Object.fromEntries(entries.map((entry) => [entry, make(inner.valueType, entry)]));
    if (inner instanceof z.ZodTuple) return inner.def.items.map((_, n) => 0.1 + n / 2);
    if (inner instanceof z.ZodEnum) return inner.options[0];
    if (inner instanceof z.ZodBoolean) return false;
    if (inner instanceof z.ZodNumber) return 1;
    if (inner instanceof z.ZodISODateTime) return '2026-01-31T12:00:00.000Z';
    if (inner instanceof z.ZodUnion) return make(inner.options[0]);
    return 'word';
  };
  return resultsSchema.parse(make(resultsSchema));
}

function ofVersion(name: string) {
  const [perturbation, countermeasure = null] = partsOfVersion(name);
  return { perturbation, countermeasure };
}

function isNaming(key: string): boolean {
  return (NAMING_FIELDS as readonly string[]).includes(key);
}

/** An operating point is a number that goes by its text. */
function ownName(schema: z.core.$ZodType, name: string): string | number {
  return bare(schema) instanceof z.ZodNumber ? Number(name) : name;
}

/** The nth value: shares and their differences are told apart to a tenth of a per cent. */
function nthValue(kind: string, n: number): number {
  return kind === 'share' || kind === 'points' ? Number((n / 1000).toFixed(3)) : n + 1;
}
