import * as z from 'zod';
import {
  figureText,
  interval,
  intervalOf,
  percent,
  pointsInterval,
  whiteBoxWords,
} from '../../protocol/figure-text.js';
import { type CrossTable, countermeasureTables, transferTables } from '../../protocol/results/cross-tables.js';
import type { WhiteBox } from '../../protocol/results/figure.js';
import { entriesByName } from '../../protocol/results/look-up.js';
import { bare, entryOf, fieldOf, metaOf } from '../../protocol/results/schema-walk.js';
import { type Results, resultsSchema } from '../../protocol/results.js';
import { stages } from '../all.js';
import type { BlockName } from '../declare.js';
import { nameSources, withNames } from '../figures.js';

/** What a stage measured, for a terminal or a document: facts in a line, and a row a model, version or question. */
export interface ResultTable {
  readonly title: string;
  /** What is said once: `median 0.28`, `percentile 95`. */
  readonly facts: readonly string[];
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A cell under its heading; `key` is the same in every row. */
interface Cell {
  readonly key: string;
  readonly heading: string;
  readonly text: string;
}

interface Row {
  readonly name: string;
  readonly cells: readonly Cell[];
}

/** No stage's: it is of what several have measured. */
const DIFFERENCES = { block: 'differences', title: 'Differences on the same queries' } as const;

/** Blocks whose rates are of two names. */
const CROSSED: Partial<Record<BlockName, (results: Results) => CrossTable[]>> = {
  countermeasures: countermeasureTables,
  transfer: transferTables,
};

/** What stands in tables of each stage that a run measured, in order: what the schemas of results give a heading. */
export function tablesOf(results: Results): ResultTable[] {
  return [...stages, DIFFERENCES].flatMap(({ block, title }) => {
    const value = block && results[block];
    if (!block || value === undefined) return [];
    const crossed = CROSSED[block]?.(results) ?? [];
    return [{ title, ...tableOf(resultsSchema.shape[block], value) }, ...crossed.map(crossTable)];
  });
}

function crossTable({ title, what, columns, rows }: CrossTable): ResultTable {
  const cells = rows.map(({ name, cells }) => [name, ...cells.map((cell) => `${percent(cell.rate)}${mark(cell)}`)]);
  return { title, facts: [], head: [what, ...columns], rows: cells };
}

function tableOf(schema: z.core.$ZodType, value: unknown): Omit<ResultTable, 'title'> {
  const named = rowsByName(schema, value);
  if (named) return { facts: [], ...joined(named.what, named.rows) };
  const shape = shapeOf(schema);
  const parts = Object.entries(shape).map(([key, below]) => ({ key, below, part: fieldOf(value, key) }));
  const lists = parts.flatMap(({ below, part }) => rowsByName(below, part) ?? []);
  const groups = parts.flatMap(({ below, part }) => {
    const rate = shapeOf(below).rate;
    return rate && part !== undefined
      ? [{ name: metaOf(rate).figure?.label ?? '', cells: cellsOf(below, part, '') }]
      : [];
  });
  const facts = parts.flatMap(({ key, below, part }) =>
    isGroup(below) || metaOf(below).byName ? [] : factOf(key, below, part),
  );
  return { facts, ...joined(lists[0]?.what ?? '', [...lists.flatMap(({ rows }) => rows), ...groups]) };
}

function rowsByName(schema: z.core.$ZodType, value: unknown): { what: string; rows: Row[] } | undefined {
  const { byName, thenByName } = metaOf(schema);
  const entry = entryOf(schema);
  if (!byName || !entry) return undefined;
  const what = nameSources[byName]?.what ?? byName;
  const [inner, ...others] = Object.entries(shapeOf(entry));
  if (inner && others.length === 0 && metaOf(inner[1]).byName) {
    const below = entriesByName(value).flatMap(([name, one]) =>
      (rowsByName(inner[1], fieldOf(one, inner[0]))?.rows ?? []).map((row) => ({
        ...row,
        name: `${row.name} · ${name}`,
      })),
    );
    return { what, rows: below };
  }
  const rowOf = (name: string, one: unknown) => ({ name, cells: cellsOf(entry, one, '') });
  const named = entriesByName(value);
  if (!thenByName) return { what, rows: named.map(([name, one]) => rowOf(name, one)) };
  const rows = named.flatMap(([name, of]) => entriesByName(of).map(([then, one]) => rowOf(`${name} · ${then}`, one)));
  return { what: `${what} · ${nameSources[thenByName]?.what ?? thenByName}`, rows };
}

/** A count of what is wrong is said where there is something wrong. */
function factOf(key: string, schema: z.core.$ZodType, value: unknown): string[] {
  return cellsOf(z.object({ [key]: schema as z.ZodType }), { [key]: value }, '').flatMap(({ heading, text }) => {
    const { figure } = metaOf(schema);
    return figure?.better === 'lower' && value === 0 ? [] : [`${heading} ${text}`];
  });
}

function joined(what: string, rows: readonly Row[]): Pick<ResultTable, 'head' | 'rows'> {
  const columns = new Map(rows.flatMap(({ cells }) => cells.map(({ key, heading }) => [key, heading])));
  return {
    head: [what, ...columns.values()],
    rows: rows.map(({ name, cells }) => [
      name,
      ...[...columns.keys()].map((key) => cells.find((cell) => cell.key === key)?.text ?? ''),
    ]),
  };
}

/** What of an entry has a heading: of a rate its interval, by identity where it has one, and what it is of, too. */
function cellsOf(schema: z.core.$ZodType, value: unknown, before: string, names = {}): Cell[] {
  return Object.entries(shapeOf(schema)).flatMap(([field, below]): Cell[] => {
    const part = fieldOf(value, field);
    const key = `${before}${field}`;
    const { figure, column, byName } = metaOf(below);
    const heading = withNames(figure?.column ?? column ?? '', names);
    const entry = entryOf(below);
    if (byName && entry) {
      return entriesByName(part).flatMap(([name, one]) => cellsOf(entry, one, `${key}.${name}.`, { [byName]: name }));
    }
    if (isGroup(below)) return part === undefined ? [] : cellsOf(below, part, `${key}.`, names);
    if (heading === '' || part === undefined || (part === null && !figure)) return [];
    if (!figure) return [{ key, heading, text: wordOf(part) }];
    const text = figureText(figure.kind, part as number | null);
    if (figure.kind === 'points') {
      const between = fieldOf(value, field === 'difference' ? 'ci95ByIdentity' : `${field}Ci95ByIdentity`);
      const bounds = pointsInterval(between as [number, number] | null | undefined);
      return [
        { key, heading, text },
        { key: `${key}.ci95`, heading: '95 % interval', text: bounds },
      ];
    }
    const counted = field === 'rate' ? value : fieldOf(value, `${field}Counted`);
    const isRate = field === 'rate' || field === 'top1';
    if (!isRate) return [{ key, heading, text }];
    const [hits, of] = [fieldOf(counted, 'hits') ?? fieldOf(counted, 'count'), fieldOf(counted, 'of')];
    const ci95 = intervalOf(counted);
    return [
      { key, heading, text: `${text}${mark(value)}` },
      ...(of === undefined
        ? []
        : [{ key: `${key}.of`, heading: 'of', text: hits === undefined ? String(of) : `${hits}/${of}` }]),
      ...(ci95 === undefined ? [] : [{ key: `${key}.ci95`, heading: '95 % interval', text: interval(ci95) }]),
    ];
  });
}

function mark(value: unknown): string {
  const words = whiteBoxWords(fieldOf(value, 'whiteBox') as WhiteBox | undefined);
  return words && ` (${words})`;
}

function wordOf(value: unknown): string {
  if (Array.isArray(value)) return value.join(', ');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}

function isGroup(schema: z.core.$ZodType): boolean {
  return bare(schema) instanceof z.ZodObject;
}

function shapeOf(schema: z.core.$ZodType): z.core.$ZodShape {
  const inner = bare(schema);
  return inner instanceof z.ZodObject ? (inner.shape as z.core.$ZodShape) : {};
}
