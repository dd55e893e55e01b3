export type CsvValue = string | number | boolean | null;

/**
 * What a spreadsheet would take for the beginning of a formula: a sign, in either width, behind any white space, line
 * break or character that is not shown, which some spreadsheets leave out.
 */
const FORMULA = /^(?:[\s\p{C}]*[=+\-@＝＋－＠]|[\t\r\n])/u;

/**
 * Rows as comma-separated values (RFC 4180); numbers in full precision, null as an empty field.
 *
 * Texts come from file names and from experiment files of unknown origin, so one that a spreadsheet would
 * run as a formula gets an apostrophe in front, which makes it a text there.
 */
export function csvText(header: readonly string[], rows: readonly (readonly CsvValue[])[]): string {
  return [header, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

function field(value: CsvValue): string {
  if (typeof value !== 'string') return String(value ?? '');
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
