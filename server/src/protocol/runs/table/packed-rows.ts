import * as z from 'zod';
import {
  type FigureOfTable,
  figureOfTableSchema,
  type RowFigure,
  type RunRow,
  runRowSchema,
  type Setting,
} from './run-row.js';

/**
 * Runs on their way to a page, which wants ten thousand: the paths of settings and figures, which most runs share, stand
 * once for all runs of a message that have the same.
 */
export const packedRunsSchema = z.object({
  shapes: z.array(z.object({ settings: z.array(z.string()), figures: z.array(z.string()) })),
  rows: z.array(
    runRowSchema.omit({ settings: true, figures: true }).extend({
      shape: z.int().nonnegative(),
      settings: z.custom<Setting[]>(areScalars),
      /** Four of each: value, the two bounds of its interval, and 1 for a white box or 2 for one that is not known. */
      figures: z.custom<(number | null)[]>(areNumbers),
    }),
  ),
  figures: z.array(figureOfTableSchema),
});
export type PackedRuns = z.infer<typeof packedRunsSchema>;

const FIELDS_OF_FIGURE = 4;

export function packRuns(runs: readonly RunRow[], figures: readonly FigureOfTable[]): PackedRuns {
  const shapes: PackedRuns['shapes'] = [];
  const known = new Map<string, number>();
  const rows = runs.map(({ settings, figures, ...row }) => {
    const shape = { settings: Object.keys(settings), figures: Object.keys(figures) };
    const key = JSON.stringify(shape);
    const place = known.get(key) ?? shapes.push(shape) - 1;
    known.set(key, place);
    return { ...row, shape: place, settings: Object.values(settings), figures: Object.values(figures).flatMap(packed) };
  });
  return { shapes, rows, figures: [...figures] };
}

function packed({ value, interval, whiteBox }: RowFigure): (number | null)[] {
  return [value, ...(interval ?? [null, null]), whiteBox === undefined ? null : whiteBox === true ? 1 : 2];
}

export function unpackRuns({ shapes, rows }: PackedRuns): RunRow[] {
  return rows.map(({ shape, settings, figures, ...row }) => {
    const paths = shapes[shape] ?? { settings: [], figures: [] };
    const found = paths.figures.map((path, n): [string, RowFigure] => [path, figureAt(figures, n * FIELDS_OF_FIGURE)]);
    return {
      ...row,
      settings: Object.fromEntries(paths.settings.map((path, n) => [path, settings[n] ?? null])),
      figures: Object.fromEntries(found),
    };
  });
}

function figureAt(packed: readonly (number | null)[], from: number): RowFigure {
  const [value, low, high, box] = packed.slice(from, from + FIELDS_OF_FIGURE) as [number, ...(number | null)[]];
  return {
    value,
    ...(low !== null && high !== null && { interval: [low as number, high as number] }),
    ...(box !== null && { whiteBox: box === 1 ? true : 'unknown' }),
  };
}

/** By hand, since ten thousand rows have half a million of them. */
function areScalars(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => one === null || SCALARS.has(typeof one));
}
const SCALARS = new Set(['string', 'number', 'boolean']);

function areNumbers(value: unknown): boolean {
  if (!Array.isArray(value) || value.length % FIELDS_OF_FIGURE !== 0) return false;
  return value.every((one, n) => typeof one === 'number' || (one === null && n % FIELDS_OF_FIGURE > 0));
}
