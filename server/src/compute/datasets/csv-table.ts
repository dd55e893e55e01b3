import { parse } from 'csv-parse/sync';

/** How a table is written, beside its delimiter. */
export const TABLE = {
  bom: true,
  record_delimiter: ['\r\n', '\n', '\r'],
  skip_empty_lines: true,
  trim: true,
};

const DELIMITERS = [',', ';', '\t', '|'];

/** A delimiter as it is written in an experiment: a character, or `tab`. */
export function delimiterOf(written: string): string {
  return written === 'tab' || written === '\\t' ? '\t' : written;
}

/** The first records of a table of which the beginning is known, its header first; none where it cannot be read. */
export function recordsOf(start: string, delimiter: string, count: number): readonly (readonly string[])[] {
  try {
    return parse(start, { ...TABLE, delimiter, relax_column_count: true, to: count });
  } catch {
    return [];
  }
}

/** How columns are separated that are not by this delimiter: the one that gives the wanted columns, as it is written. */
export function otherDelimiter(start: string, delimiter: string, wanted: readonly string[]): string | undefined {
  const found = DELIMITERS.find((other) => {
    const [header = []] = other === delimiter ? [] : recordsOf(start, other, 1);
    return header.length > 1 && wanted.every((column) => header.includes(column));
  });
  return found === '\t' ? 'tab' : found;
}

/** The first column that is named twice. */
export function twice(columns: readonly string[]): string | undefined {
  return columns.find((column, n) => column !== '' && columns.indexOf(column) !== n);
}

/** What is odd about a path that is not there; undefined where it is merely not there. */
export function oddity(written: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(written)) return `${written} is an address: images must be files on this machine`;
  if (/^~/.test(written)) return `${written}: "~" is not expanded in a table`;
  if (process.platform !== 'win32' && written.includes('\\'))
    return `${written} is written with Windows’ "\\": write "/" between folders`;
  return undefined;
}
