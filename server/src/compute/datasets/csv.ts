import { readFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import pMap from 'p-map';
import type { Dataset, ImageEntry, ListContext, Listing } from '../../plugins/declare.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { TABLE } from './csv-columns.js';
import { imageId } from './image-id.js';
import { onDisk } from './on-disk.js';

const LOOKING = 16;

export interface CsvOptions {
  readonly file: string;
  readonly image: string;
  readonly identity: string;
  readonly delimiter: string;
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
    return ok({
      images: entries.value.flatMap((entry, n) => (files[n] === undefined ? [] : { ...entry, file: files[n] })),
      missing: entries.value.filter((_, n) => files[n] === undefined).map(({ id }) => id),
    });
  }

  private async rows(): Promise<Result<Row[]>> {
    const { file, image, identity, delimiter } = this.options;
    try {
      const rows: Row[] = parse(await readFile(file), {
        ...TABLE,
        columns: true,
        delimiter,
        on_record: (cells: Row['cells'], { lines }) => ({ line: lines, cells }),
      });
      return hasColumns(rows, [image, identity], file);
    } catch (error) {
      const hint = 'Is it a table with this delimiter?';
      return fail('csv-unreadable', `${file}: ${(error as Error).message}`, { hint });
    }
  }

  /** An image that is named twice counts once; with two identities it is refused. */
  private entriesOf(rows: readonly Row[]): Result<ImageEntry[]> {
    const { file: table, image, identity } = this.options;
    const entries = new Map<string, ImageEntry>();
    for (const { line, cells } of rows) {
      const written = cells[image];
      if (!written)
        return fail('csv-row', `${table}:${line} names no image`, { hint: 'Fill it in or remove the row.' });
      const file = resolve(dirname(table), written);
      const id = imageId(relative(dirname(table), file));
      const entry = { id, file, identity: cells[identity].normalize('NFC') || null };
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

function hasColumns(rows: Row[], columns: readonly string[], file: string): Result<Row[]> {
  if (rows.length === 0)
    return fail('csv-empty', `${file} has no row`, { hint: 'It takes a header and a row an image.' });
  const known = Object.keys(rows[0].cells);
  const absent = columns.find((column) => !known.includes(column));
  if (absent === undefined) return ok(rows);
  return fail('csv-column', `${file} has no column "${absent}"; it has ${known.join(', ')}`, {
    hint: 'Name the columns with "image:" and "identity:".',
  });
}
