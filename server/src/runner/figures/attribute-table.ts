import { fail, ok, type Result } from '../../protocol/errors.js';

/** Which images have which attributes, as a data set's authors say: by file name, true or false for each attribute. */
export interface AttributeTable {
  readonly names: readonly string[];
  /** Whether the image has the attribute; undefined where the table does not name the image. */
  has(file: string, attribute: string): boolean | undefined;
}

const VALUE: Readonly<Record<string, boolean>> = { '1': true, '-1': false, '0': false };

/**
 * Reads CelebA's list of attributes: a count, the names, then a file and its values (1 or -1), separated by one or more
 * spaces; or Kaggle's copy, a CSV with a header.
 */
export function parseAttributes(text: string, file: string): Result<AttributeTable> {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const isTable = lines[0]?.includes(',') ?? false;
  const cells = (line: string) => line.trim().split(isTable ? /\s*,\s*/ : /\s+/);
  const names = isTable ? cells(lines[0] ?? '').slice(1) : cells(lines[1] ?? '');
  const rows = new Map<string, readonly string[]>();
  for (const [n, line] of lines.slice(isTable ? 1 : 2).entries()) {
    const [image = '', ...values] = cells(line);
    if (values.length !== names.length || !values.every((value) => value in VALUE)) {
      return wrong(file, `row ${n + 1} does not give ${names.length} values of 1 or -1`);
    }
    rows.set(image, values);
  }
  if (rows.size === 0) return wrong(file, 'it names no image');
  return ok({
    names,
    has(image, attribute) {
      const value = rows.get(image)?.[names.indexOf(attribute)];
      return value === undefined ? undefined : VALUE[value];
    },
  });
}

function wrong(file: string, why: string): Result<never> {
  return fail('attributes-format', `${file} is no list of attributes: ${why}`, {
    hint: 'Use list_attr_celeba.txt, or Kaggle’s list_attr_celeba.csv, as it is published.',
  });
}
