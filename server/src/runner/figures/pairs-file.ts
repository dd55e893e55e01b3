import { parse } from 'csv-parse/sync';
import { fail, ok, type Result } from '../../protocol/errors.js';

/** Two images that somebody says are of one person or of two. */
export interface FilePair {
  /** Where it stands in the file, from 1. */
  readonly line: number;
  /** Of LFW’s form `Name/Name_0001`, without an ending; of a table the path as it is written. */
  readonly images: readonly [first: string, second: string];
  readonly same: boolean;
  /** From 0; of a file without folds 0. */
  readonly fold: number;
}

export interface PairsFile {
  readonly form: 'lfw' | 'csv';
  readonly pairs: readonly FilePair[];
  /** How many folds there are; 1 where the file has none. */
  readonly folds: number;
}

/**
 * Reads pairs in the form of LFW’s `pairs.txt` (Huang et al., 2007): the folds and the pairs of each kind in a fold,
 * then fold by fold `name n m` for two images of one person and `name n other m` for two people; or a CSV with a header,
 * in which `same` says which it is, `fold`, where it is there, names a fold, and the other two columns are paths.
 * Problem: `pairs-format`, with the line.
 */
export function parsePairs(text: string, file: string): Result<PairsFile> {
  const body = text.replace(/^\uFEFF/, '');
  const lines = body.trimEnd().split(/\r?\n/);
  const counts = /^\s*(\d+)(?:\s+(\d+))?\s*$/.exec(lines[0] ?? '');
  if (!counts) return parseTable(body, file);
  const [folds, each] = counts[2] === undefined ? [1, Number(counts[1])] : [Number(counts[1]), Number(counts[2])];
  return parseLfw(lines, { folds, each }, file);
}

function parseLfw(
  lines: readonly string[],
  { folds, each }: { readonly folds: number; readonly each: number },
  file: string,
): Result<PairsFile> {
  const wanted = 1 + 2 * folds * each;
  if (lines.length !== wanted) {
    return wrong(
      file,
      Math.min(lines.length, wanted),
      `its first line says ${wanted - 1} pairs, and it has ${lines.length - 1}`,
    );
  }
  const pairs: FilePair[] = [];
  for (const [n, written] of lines.slice(1).entries()) {
    const same = n % (2 * each) < each;
    const cells = written.trim().split(/\s+/);
    const [name = '', first = '', other = '', second = ''] = same ? [cells[0], cells[1], cells[0], cells[2]] : cells;
    const isWhole = cells.length === (same ? 3 : 4) && /^\d+$/.test(first) && /^\d+$/.test(second);
    const form = same ? 'a name and two numbers' : 'a name and a number, twice';
    if (!isWhole) return wrong(file, n + 2, `a pair of ${same ? 'one person' : 'two people'} is ${form}`);
    const images = [lfwImage(name, first), lfwImage(other, second)] as const;
    pairs.push({ line: n + 2, images, same, fold: Math.floor(n / (2 * each)) });
  }
  return ok({ form: 'lfw', pairs, folds });
}

function lfwImage(name: string, number: string): string {
  return `${name}/${name}_${number.padStart(4, '0')}`;
}

const SAID: Readonly<Record<string, boolean>> = {
  ...{ '1': true, true: true, yes: true },
  ...{ '0': false, false: false, no: false, '-1': false },
};

interface Row {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

function parseTable(text: string, file: string): Result<PairsFile> {
  let rows: Row[];
  try {
    const form = { skip_empty_lines: true, trim: true, relax_column_count: true, info: true };
    rows = parse(text, form) as unknown as Row[];
  } catch (error) {
    return wrong(file, 1, (error as Error).message);
  }
  const header = rows[0]?.record ?? [];
  const paths = header.flatMap((column, n) => (column === 'same' || column === 'fold' ? [] : n));
  const [same, fold] = [header.indexOf('same'), header.indexOf('fold')];
  if (same < 0 || paths.length !== 2) {
    return wrong(
      file,
      1,
      `its header is ${header.join(', ') || 'empty'}, where two columns of paths and one called same are`,
    );
  }
  const folds = new Map<string, number>();
  const pairs: FilePair[] = [];
  for (const { record, info } of rows.slice(1)) {
    const said = SAID[(record[same] ?? '').toLowerCase()];
    if (said === undefined) return wrong(file, info.lines, `same is "${record[same] ?? ''}", and must be 1 or 0`);
    const images = paths.map((n) => record[n] ?? '') as [string, string];
    if (images.includes('')) return wrong(file, info.lines, 'an image is not named');
    const name = fold < 0 ? '' : (record[fold] ?? '');
    if (!folds.has(name)) folds.set(name, folds.size);
    pairs.push({ line: info.lines, images, same: said, fold: folds.get(name) as number });
  }
  if (pairs.length === 0) return wrong(file, 1, 'it has no pair');
  return ok({ form: 'csv', pairs, folds: folds.size });
}

function wrong(file: string, line: number, why: string): Result<never> {
  return fail('pairs-format', `${file}:${line} is no list of pairs: ${why}`, {
    hint: 'Use LFW’s pairs.txt as it is published, or a CSV whose header is `first,second,same`.',
  });
}
