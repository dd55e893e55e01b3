import { asyncBufferFromFile, type FileMetaData, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import type { Entry } from '../entries.js';

export type Columns = Entry['columns'];

/** What is read of each row: what clip-retrieval answers with, and the key that img2dataset gives. */
const COLUMNS = ['image_path', 'caption', 'url', 'NSFW', 'key'];
const CODECS = ['UNCOMPRESSED', 'SNAPPY'];
/** A group of rows is read at once. */
const LARGEST_GROUP = { rows: 2 ** 21, bytes: 2 ** 30 };
const LONGEST_VALUE = 65_536;

/** Thrown by `metadataRows`, with what is wrong. */
export class ParquetProblem extends Error {}

/** The rows of a parquet file, a group at a time, of which there must be `count`. Throws where it cannot be read. */
export async function* metadataRows(path: string, count: number): AsyncGenerator<Columns[]> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const columns = readable(metadata, count);
  let start = 0;
  for (const { num_rows } of metadata.row_groups) {
    const end = start + Number(num_rows);
    const rows = await parquetReadObjects({ file, metadata, columns, rowStart: start, rowEnd: end });
    if (rows.length !== end - start) throw new ParquetProblem(`it holds fewer rows than it says`);
    yield rows.map(plain);
    start = end;
  }
}

/** The columns to read; throws where it says what cannot be, before anything of that size is made. */
function readable({ num_rows, row_groups, schema }: FileMetaData, count: number): string[] {
  const sum = row_groups.reduce((rows, group) => rows + group.num_rows, 0n);
  if (num_rows !== BigInt(count) || sum !== num_rows) {
    throw new ParquetProblem(`it has ${num_rows} rows (${sum} in its groups); there are ${count} embeddings`);
  }
  for (const group of row_groups) {
    if (group.num_rows > LARGEST_GROUP.rows) throw new ParquetProblem(`a group of ${group.num_rows} rows is too large`);
    for (const { meta_data: chunk } of group.columns) {
      if (!chunk || !COLUMNS.includes(chunk.path_in_schema[0] ?? '')) continue;
      if (chunk.total_uncompressed_size > LARGEST_GROUP.bytes) throw new ParquetProblem('a column is too large');
      if (!CODECS.includes(chunk.codec)) throw new ParquetProblem(`it is compressed by ${chunk.codec}, not snappy`);
    }
  }
  return schema.flatMap(({ name, type }) => (type && COLUMNS.includes(name) ? name : []));
}

/** Text, numbers and yes/no; what is empty or anything else is left out. */
function plain(row: Record<string, unknown>): Columns {
  const columns: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(row)) {
    if (typeof value === 'string') columns[name] = ofBearableLength(name, value);
    else if (typeof value === 'bigint') columns[name] = Number(value);
    else if (typeof value === 'boolean' || Number.isFinite(value)) columns[name] = value as number | boolean;
  }
  return columns;
}

function ofBearableLength(name: string, value: string): string {
  if (value.length > LONGEST_VALUE) throw new ParquetProblem(`a ${name} has ${value.length} characters`);
  return value;
}
