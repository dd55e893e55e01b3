import { dirname, relative, resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import pMap from 'p-map';
import type { Dataset, ImageEntry, ListContext, Listing } from '../../plugins/declare.js';
import { hasPlace } from '../../plugins/inspection/identity-pattern.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { delimiterOf, oddity, otherDelimiter, recordsOf, TABLE, twice } from './csv-table.js';
import { imageId } from './image-id.js';
import { onDisk } from './on-disk.js';
import { readTable } from './read-table.js';
import { withIdentities } from './with-identities.js';

const LOOKING = 16;

export interface CsvOptions {
  readonly file: string;
  readonly image: string;
  readonly identity: string;
  /** `none`: there is no column that says whose an image is. */
  readonly identities: 'column' | 'none';
  readonly delimiter: string;
}

/** Whether identities are in the paths, and in no column. */
function byPattern({ identities, identity }: Pick<CsvOptions, 'identities' | 'identity'>): boolean {
  return identities === 'column' && hasPlace(identity);
}

/** The columns that a table must have. */
export function columnsOf(options: Pick<CsvOptions, 'image' | 'identity' | 'identities'>): string[] {
  const { image, identity, identities } = options;
  return identities === 'none' || byPattern(options) ? [image] : [image, identity];
}

/** A row by column, and the line of the file in which it ends. */
interface Row {
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
}

/** A table with a header, one image a row; paths are relative to the table. */
export class CsvDataset implements Dataset {
  constructor(private readonly options: CsvOptions) {}

  async list({ signal }: Pick<ListContext, 'signal'>): Promise<Result<Listing>> {
    const rows = await this.rows();
    if (!rows.ok) return rows;
    const entries = this.entriesOf(rows.value);
    if (!entries.ok) return entries;
    const files = await pMap(entries.value, ({ file }) => onDisk(file), { concurrency: LOOKING, signal });
    if (files.every((file) => file === undefined)) return this.noneThere(rows.value);
    const images = entries.value.flatMap((entry, n) => (files[n] === undefined ? [] : { ...entry, file: files[n] }));
    const missing = entries.value.filter((_, n) => files[n] === undefined).map(({ id }) => id);
    if (!byPattern(this.options)) return ok({ images, missing });
    const named = withIdentities(this.options.identity, images);
    return named.ok ? ok({ ...named.value, missing }) : named;
  }

  private noneThere(rows: readonly Row[]): Result<never> {
    const { file, image } = this.options;
    const [first] = rows;
    const written = first.cells[image];
    const why = oddity(written) ?? `there is no ${resolve(dirname(file), written)}`;
    const message = `${file}: none of the ${rows.length} images that it names is there: ${why}`;
    return fail('csv-images-missing', message, { hint: 'Paths are absolute, or relative to the table.' });
  }

  private async rows(): Promise<Result<Row[]>> {
    const { file, delimiter } = this.options;
    const text = await readTable(file);
    if (!text.ok) return fail('csv-unreadable', text.problem.message, { hint: 'Check the path and its permissions.' });
    const [header = []] = recordsOf(text.value, delimiterOf(delimiter), 1);
    const wrong = this.headerProblem(header, text.value);
    if (wrong) return wrong;
    try {
      const rows: Row[] = parse(text.value, {
        ...TABLE,
        columns: true,
        delimiter: delimiterOf(delimiter),
        on_record: (cells: Row['cells'], { lines }) => ({ line: lines, cells }),
      });
      if (rows.length > 0) return ok(rows);
      return fail('csv-empty', `${file} has no row`, { hint: 'It takes a header and a row an image.' });
    } catch (error) {
      const hint = 'Is it a table with this delimiter?';
      return fail('csv-unreadable', `${file}: ${(error as Error).message}`, { hint });
    }
  }

  private get columns(): string[] {
    return columnsOf(this.options);
  }

  private headerProblem(header: readonly string[], text: string): Result<never> | undefined {
    const { file, delimiter } = this.options;
    if (header.length === 0) return undefined;
    const repeated = twice(header);
    if (repeated !== undefined) {
      const hint = 'Rename one of them: which of the two is meant cannot be known.';
      return fail('csv-column-twice', `${file} has two columns "${repeated}"`, { hint });
    }
    const absent = this.columns.find((column) => !header.includes(column));
    if (absent === undefined) return undefined;
    const other = otherDelimiter(text, delimiterOf(delimiter), this.columns);
    return fail('csv-column', `${file} has no column "${absent}"; it has ${header.join(', ')}`, {
      hint: other
        ? `Its columns are separated by ${other}: write \`delimiter: "${other}"\`.`
        : 'Name the columns with "image:" and "identity:".',
    });
  }

  /** An image that is named twice counts once; with two identities it is refused. */
  private entriesOf(rows: readonly Row[]): Result<ImageEntry[]> {
    const { file: table, image, identity, identities } = this.options;
    const entries = new Map<string, ImageEntry>();
    for (const { line, cells } of rows) {
      const written = cells[image];
      if (!written)
        return fail('csv-row', `${table}:${line} names no image`, { hint: 'Fill it in or remove the row.' });
      const file = resolve(dirname(table), written);
      const id = imageId(relative(dirname(table), file));
      const named = identities === 'none' || byPattern(this.options) ? '' : cells[identity].normalize('NFC');
      const entry = { id, file, identity: named || null };
      const before = entries.get(id) ?? entry;
      if (before.identity !== entry.identity) {
        const message = `${table}:${line} names ${written} again, with another identity`;
        return fail('csv-contradiction', message, { hint: 'Remove one of the two rows.' });
      }
      entries.set(id, before);
    }
    return ok([...entries.values()]);
  }
}
