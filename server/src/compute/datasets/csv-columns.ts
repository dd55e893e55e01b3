import { parse } from 'csv-parse/sync';

/** How a table is written, beside its delimiter. */
export const TABLE = {
  bom: true,
  record_delimiter: ['\r\n', '\n', '\r'],
  skip_empty_lines: true,
  trim: true,
};

/** The columns that the beginning of a table names; none where it has no header, or one that does not end. */
export function columnsOf(start: string, delimiter: string): readonly string[] {
  try {
    const [header = []]: string[][] = parse(start, { ...TABLE, delimiter, to: 1 });
    return header;
  } catch {
    return [];
  }
}
