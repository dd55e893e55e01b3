import { fail, ok, type Result } from '../../errors.js';
import { type Condition, filteredRows, parseCondition } from './arrange.js';
import { columnAt, statusOf } from './columns.js';
import type { FigureOfTable, RunRow } from './run-row.js';

/** What rows must fulfil to be shown: conditions, and words that each must be somewhere in what a run is called and was. */
export interface Filter {
  readonly conditions: readonly Condition[];
  readonly words: readonly string[];
}

/**
 * Reads what a person types into one line: parts with ` and ` between them, each a condition as `--where` takes it
 * (`threshold.percentile == 95 and note ~ camera`) or words. Problem: `runs-path-unknown`.
 */
export function parseFilter(typed: string, rows: readonly RunRow[], figures: readonly FigureOfTable[]): Result<Filter> {
  const conditions: Condition[] = [];
  const words: string[] = [];
  for (const part of typed.split(/\s+and\s+/i).map((part) => part.trim())) {
    const condition = parseCondition(part);
    if (!condition.ok) {
      words.push(...part.toLowerCase().split(/\s+/).filter(Boolean));
      continue;
    }
    const column = columnAt(condition.value.path, rows, figures);
    if (!column) return fail('runs-path-unknown', `No run here has ${condition.value.path}`);
    conditions.push({ ...condition.value, path: column.path });
  }
  return ok({ conditions, words });
}

export function rowsThrough(rows: readonly RunRow[], { conditions, words }: Filter): RunRow[] {
  const fitting = conditions.length > 0 ? filteredRows(rows, conditions) : [...rows];
  if (words.length === 0) return fitting;
  return fitting.filter((row) => {
    const text = textOf(row);
    return words.every((word) => text.includes(word));
  });
}

const texts = new WeakMap<RunRow, string>();

/** What a run is called and was, in lower case, made once as it is asked for at every key that is typed. */
function textOf(row: RunRow): string {
  const known = texts.get(row);
  if (known !== undefined) return known;
  const { id, name, file, note, settings } = row;
  const text = [id, name, file, statusOf(row), note, ...Object.values(settings)].join('\n').toLowerCase();
  texts.set(row, text);
  return text;
}
