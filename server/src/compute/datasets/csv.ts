import { readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import pMap from 'p-map';
import type { Dataset, ImageEntry, ListContext, Listing } from '../../plugins/declare.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { imageId } from './image-id.js';

const LOOKING = 16;

export interface CsvOptions {
  readonly file: string;
  readonly image: string;
  readonly identity: string;
  readonly delimiter: string;
}

/** A table with a header, one image a row; paths are relative to the table. */
export class CsvDataset implements Dataset {
  constructor(private readonly options: CsvOptions) {}

  async list({ signal }: Pick<ListContext, 'signal'>): Promise<Result<Listing>> {
    const rows = await this.rows();
    if (!rows.ok) return rows;
    const entries = this.entriesOf(rows.value);
    if (!entries.ok) return entries;
    const present = await pMap(entries.value, ({ file }) => isFile(file), { concurrency: LOOKING, signal });
    return ok({
      images: entries.value.filter((_, n) => present[n]),
      missing: entries.value.filter((_, n) => !present[n]).map(({ id }) => id),
    });
  }

  private async rows(): Promise<Result<Record<string, string>[]>> {
    const { file, image, identity, delimiter } = this.options;
    try {
      const rows = parse(await readFile(file), {
        columns: true,
        bom: true,
        delimiter,
        skip_empty_lines: true,
        trim: true,
      });
      return hasColumns(rows as Record<string, string>[], [image, identity], file);
    } catch (error) {
      return fail('csv-unreadable', `${file}: ${(error as Error).message}`, {
        hint: 'Is it a table with this delimiter?',
      });
    }
  }

  /** An image that is named twice counts once; with two identities it is refused. */
  private entriesOf(rows: readonly Record<string, string>[]): Result<ImageEntry[]> {
    const { file, image, identity } = this.options;
    const entries = new Map<string, ImageEntry>();
    for (const [n, row] of rows.entries()) {
      const written = row[image];
      const entry = { id: imageId(written), file: resolveFrom(file, written), identity: row[identity] || null };
      const before = entries.get(entry.id);
      if (before && before.identity !== entry.identity) {
        const hint = 'Remove one of the two rows.';
        return fail('csv-contradiction', `${file}: row ${n + 1} names ${written} again, with another identity`, {
          hint,
        });
      }
      entries.set(entry.id, entry);
    }
    return ok([...entries.values()]);
  }
}

function hasColumns(
  rows: Record<string, string>[],
  columns: readonly string[],
  file: string,
): Result<Record<string, string>[]> {
  const known = Object.keys(rows[0] ?? {});
  const absent = columns.find((column) => rows.length > 0 && !known.includes(column));
  if (!absent) return ok(rows);
  return fail('csv-column', `${file} has no column "${absent}"; it has ${known.join(', ')}`, {
    hint: 'Name the columns with "image:" and "identity:".',
  });
}

function resolveFrom(file: string, path: string): string {
  return isAbsolute(path) ? path : join(dirname(file), path);
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}
