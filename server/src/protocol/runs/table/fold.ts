import * as z from 'zod';
import { differingSettings, figureOf } from './columns.js';
import { type RunRow, runRowSchema } from './run-row.js';

const foldedFigureSchema = z.object({
  mean: z.number(),
  deviation: z.number().nullable().describe('Sample standard deviation, n − 1 in the denominator; null of one run'),
  least: z.number(),
  most: z.number(),
  runs: z.int().positive().describe('Runs that have the figure, of those in the row'),
});
/** A figure over runs that differ in nothing but what they are folded over. */
export type FoldedFigure = Readonly<z.infer<typeof foldedFigureSchema>>;

/** A folded table as a document. */
export const foldedTableSchema = z.object({
  over: z.array(z.string()).describe('Paths of the settings that runs of a row differ in'),
  rows: z.array(
    z.object({
      runs: z.array(z.string()).describe('Ids: one for each value of what is folded over'),
      repeats: z
        .int()
        .nonnegative()
        .describe('Runs that are left out, since a newer one is the same in every setting: they would count twice'),
      settings: runRowSchema.shape.settings,
      figures: z.record(z.string(), foldedFigureSchema).describe('By the paths of `expect`'),
    }),
  ),
});
export type FoldedTable = z.infer<typeof foldedTableSchema>;

export interface FoldedRow {
  /** One for each value of what is folded over, in the order of the rows. */
  readonly rows: readonly RunRow[];
  readonly repeats: number;
  readonly figures: Readonly<Record<string, FoldedFigure>>;
}

/** The seeds in which runs differ, which is what they are folded over unless somebody says otherwise. */
export function seedsOf(rows: readonly RunRow[]): string[] {
  return differingSettings(rows).filter((path) => path === 'seed' || path.endsWith('.seed'));
}

/**
 * Runs of one experiment file that are the same in every setting but those of `over`, as one row each. Runs that were
 * to stop after different stages are not the same, and one that is not done is alone in its row.
 */
export function foldedRows(rows: readonly RunRow[], over: readonly string[]): FoldedRow[] {
  const groups = new Map<string, RunRow[]>();
  for (const row of rows) {
    const { id, folder, file, name, status, stage } = row;
    const kept = Object.entries(row.settings).filter(([path]) => !over.includes(path));
    const own = status === 'done' ? [] : [id, folder];
    const key = JSON.stringify([file, name, stage, kept.sort(([a], [b]) => (a < b ? -1 : 1)), own]);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()].map((group) => {
    const rows = newestOfEach(group, over);
    return { rows, repeats: group.length - rows.length, figures: figuresOver(rows) };
  });
}

function newestOfEach(rows: readonly RunRow[], over: readonly string[]): RunRow[] {
  const newest = new Map<string, RunRow>();
  for (const row of rows) {
    const key = JSON.stringify(over.map((path) => row.settings[path] ?? null));
    const before = newest.get(key);
    if (!before || before.startedAt < row.startedAt) newest.set(key, row);
  }
  const kept = new Set(newest.values());
  return rows.filter((row) => kept.has(row));
}

function figuresOver(rows: readonly RunRow[]): Record<string, FoldedFigure> {
  const paths = new Set(rows.flatMap(({ figures }) => Object.keys(figures)));
  return Object.fromEntries(
    [...paths].map((path) => [path, spread(rows.flatMap((row) => figureOf(row, path)?.value ?? []))]),
  );
}

function spread(values: readonly number[]): FoldedFigure {
  const runs = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / runs;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = runs > 1 ? Math.sqrt(squares / (runs - 1)) : null;
  return { mean, deviation, least: Math.min(...values), most: Math.max(...values), runs };
}

/** The rows as a document: what a row's runs share, and their ids. */
export function foldedDocument(folded: readonly FoldedRow[], over: readonly string[]): FoldedTable {
  return {
    over: [...over],
    rows: folded.map(({ rows, repeats, figures }) => {
      const shared = Object.entries(rows[0]?.settings ?? {}).filter(([path]) => !over.includes(path));
      return { runs: rows.map(({ id }) => id), repeats, settings: Object.fromEntries(shared), figures };
    }),
  };
}
