import { dirname, resolve } from 'node:path';
import type { UnfitFiles } from '../../plugins/declare.js';
import type { Files } from '../../plugins/files.js';
import { type CsvOptions, columnsOf } from './csv.js';
import { delimiterOf, oddity, otherDelimiter, recordsOf, twice } from './csv-table.js';

/** More than a header and some rows take. */
const START = 64 * 1024;
/** A table may have hundreds of columns. */
const MOST_SHOWN = 12;
/** So many images are looked for. */
const LOOKED_FOR = 20;

/** What the beginning of a table shows: its columns, how they are separated, and whether its first images are there. */
export async function inspectCsv(options: CsvOptions, files: Files): Promise<readonly UnfitFiles[]> {
  const { file, image, identity } = options;
  const start = (await files.readStart(file, START)) ?? '';
  const whole = ((await files.sizeOf(file)) ?? 0) <= START;
  const delimiter = delimiterOf(options.delimiter);
  const [columns, ...rows] = recordsOf(whole ? start : wholeLines(start), delimiter, LOOKED_FOR + 2);
  if (!columns) return [];
  const wanted = columnsOf(options).length === 1 ? { image } : { image, identity };
  const repeated = twice(columns);
  if (repeated !== undefined) {
    const hint = 'Rename one of them: which of the two is meant cannot be known.';
    return [{ code: 'files-unfit', message: `${file} has two columns "${repeated}"`, specPath: ['file'], hint }];
  }
  const absent = Object.entries(wanted).filter(([, column]) => !columns.includes(column));
  const other = absent.length > 0 ? otherDelimiter(start, delimiter, Object.values(wanted)) : undefined;
  if (other) {
    const message = `The columns of ${file} are separated by ${other}`;
    const hint = `Write \`delimiter: "${other}"\`.`;
    return [{ code: 'files-unfit', message, specPath: ['delimiter'], hint, write: other }];
  }
  if (absent.length > 0) {
    return absent.map(([key, column]) => ({
      code: 'files-unfit',
      message: `${file} has no column "${column}"`,
      specPath: [key],
      hint: `It has ${columns.slice(0, MOST_SHOWN).join(', ')}: name one with \`${key}:\`.`,
      valid: columns,
    }));
  }
  const written = rows.slice(0, LOOKED_FOR).flatMap((row) => row[columns.indexOf(image)] || []);
  return inspectImages(file, written, whole && rows.length <= LOOKED_FOR, files);
}

/** An error where no row of the table leads to an image; where only its first do not, others may. */
async function inspectImages(
  table: string,
  written: readonly string[],
  all: boolean,
  files: Files,
): Promise<UnfitFiles[]> {
  if (written.length === 0) return [];
  for (const path of written) {
    const file = resolve(dirname(table), path);
    for (const name of new Set([file, file.normalize('NFC'), file.normalize('NFD')])) {
      if ((await files.kindOf(name)) === 'file') return [];
    }
  }
  const count = all ? `${written.length}` : `first ${written.length}`;
  const why = oddity(written[0]) ?? `there is no ${resolve(dirname(table), written[0])}`;
  return [
    {
      code: 'files-unfit',
      message: `${table}: none of the ${count} images that it names is there: ${why}`,
      specPath: ['file'],
      hint: 'Paths are absolute, or relative to the table.',
      severity: all ? 'error' : 'warning',
    },
  ];
}

/** Without a last line that is cut off. */
function wholeLines(start: string): string {
  return start.slice(0, start.lastIndexOf('\n') + 1);
}
