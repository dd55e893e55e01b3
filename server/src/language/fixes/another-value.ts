import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { defaultOf, unwrapped } from '../../experiment/schema/schema-facts.js';
import type { ExperimentDocument } from '../document.js';
import type { Fault, Fix, FixMaker } from './fix.js';

/** Another value, of those that come to mind the ones that the key takes: what is meant is of the kind that is there. */
export const anotherValue: FixMaker = {
  codes: ['out-of-range', 'invalid-value', 'unsupported-version', 'index-unfit'],
  create(document, fault) {
    const seen = new Set<string>();
    return [...candidates(document, fault)].filter((fix) => {
      const text = fix.changes?.[0]?.text ?? '';
      const isNew = !seen.has(text) && text !== fault.suggestion;
      seen.add(text);
      return isNew && removesIt(document, fault, text);
    });
  },
};

function* candidates(document: ExperimentDocument, fault: Fault): Generator<Fix> {
  const { start, end, text, path, code } = fault;
  const change = (written: string) => [{ start, end, text: written }];
  const schema = document.schemaAt(path)?.schema;
  for (const value of schema ? validValues(schema) : []) yield { title: `Write ${value}`, changes: change(value) };
  const [, quote = '', name] = /^(["']?)([^"'\n]*)\1$/.exec(text) ?? [];
  if (code !== 'invalid-value' || name === undefined || nameLike(name) === '') return;
  yield { title: `Write "${nameLike(name)}"`, changes: change(quote + nameLike(name) + quote) };
}

/** Words, bounds and the default of a schema, as YAML. */
function validValues(schema: z.ZodType): string[] {
  const bare = unwrapped(schema);
  const standard = defaultOf(schema);
  const words = bare instanceof z.ZodEnum ? bare.options : bare instanceof z.ZodLiteral ? [...bare.values] : [];
  const bounds = bare instanceof z.ZodNumber ? [bare.minValue, bare.maxValue] : [];
  const booleans = bare instanceof z.ZodBoolean ? [true, false] : [];
  return [standard, ...words, ...bounds, ...booleans].flatMap(asYaml);
}

function asYaml(value: unknown): string[] {
  if (Array.isArray(value)) return value.length > 0 ? [`[${value.flatMap(asYaml).join(', ')}]`] : [];
  return ['string', 'number', 'boolean'].includes(typeof value) ? [String(value)] : [];
}

function nameLike(text: string): string {
  return text.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^-+|-+$/g, '');
}

/** Whether nothing is wrong at the place, or below it, with a text in place of what is there. */
function removesIt(document: ExperimentDocument, { range, path }: Fault, newText: string): boolean {
  const { diagnostics } = document.edited([{ range, text: newText }], document.version).experiment;
  return !diagnostics.some(
    ({ code, path: at }) => code === 'yaml-syntax' || isDeepStrictEqual(at.slice(0, path.length), path),
  );
}
