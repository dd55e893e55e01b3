import { TABLE_ROW } from '../../plugins/celeba/layout.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { imageId } from './image-id.js';
import { readLines } from './read-table.js';

/** Kaggle's tables begin with the names of their columns, of which none is a file's. */
const HEADER = /^(?!.*\.(?:jpe?g|png)\b).*,/i;
const VALUES = { identity: /^\d+$/, partition: /^[012]$/ } as const;
type Column = keyof typeof VALUES;

/**
 * Reads CelebA's two-column tables: a value of each name, in Unicode's composed form. Of a file that is named
 * twice with two values nothing can be said: it is refused.
 */
export async function readCelebaTable(file: string, column: Column): Promise<Result<Map<string, string>>> {
  const lines = await readLines(file);
  if (!lines.ok) return lines;
  const table = new Map<string, string>();
  for (const [n, line] of lines.value.entries()) {
    const [, written, value] = TABLE_ROW.exec(line) ?? [];
    if (value === undefined || !VALUES[column].test(value)) {
      if (line.trim() === '' || (n === 0 && HEADER.test(line))) continue;
      return wrongFormat(file, n, column, line);
    }
    const name = imageId(written);
    if ((table.get(name) ?? value) !== value) return contradiction(file, n, column, name);
    table.set(name, value);
  }
  if (table.size > 0) return ok(table);
  return fail('celeba-format', `${file} names no image`, { hint: 'Use the file as CelebA or Kaggle publishes it.' });
}

function wrongFormat(file: string, n: number, column: Column, line: string): Result<never> {
  const shown = line.length > 60 ? `${line.slice(0, 60)}…` : line;
  return fail('celeba-format', `${file}:${n + 1}: expected "000001.jpg ${column}-number", found "${shown}"`, {
    hint: 'Use the file as CelebA or Kaggle publishes it.',
  });
}

function contradiction(file: string, n: number, column: Column, name: string): Result<never> {
  return fail('celeba-contradiction', `${file}:${n + 1}: ${name} is named before with another ${column}`, {
    hint: 'Remove one of the two lines.',
  });
}
