import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { type NpyMatrix, openNpy } from './npy-matrix.js';

/** The two files of a part of a folder in clip-retrieval's format: the same row of both is of the same image. */
export interface FolderShard {
  readonly embeddings: NpyMatrix;
  readonly metadata: string;
}

/** Where the parts of a shard are kept, by its number as it is written. */
export const shardFiles = (folder: string, number: string) => ({
  embeddings: join(folder, 'img_emb', `img_emb_${number}.npy`),
  metadata: join(folder, 'metadata', `metadata_${number}.parquet`),
});

/** Shards that are written get numbers of one length: readers take them in the order of their names. */
export function shardNumber(n: number, count: number): string {
  return String(n).padStart(String(count - 1).length, '0');
}

/**
 * The shards of a folder that `clip-retrieval inference` or `lookalike export` has written, in the order in which
 * clip-retrieval reads them, so that an image's id is the same. Problems: `folder-incomplete`, `npy-invalid`.
 */
export async function listShards(folder: string): Promise<Result<FolderShard[]>> {
  const numbers = await numbersIn(join(folder, 'img_emb'), /^img_emb_(\d+)\.npy$/);
  const described = new Set(await numbersIn(join(folder, 'metadata'), /^metadata_(\d+)\.parquet$/));
  if (numbers.length === 0) return incomplete(`${folder} has no img_emb/img_emb_0.npy`);
  const shards: FolderShard[] = [];
  for (const number of numbers) {
    const files = shardFiles(folder, number);
    if (!described.delete(number)) return incomplete(`${files.metadata} is not there`);
    const embeddings = await openNpy(files.embeddings);
    if (!embeddings.ok) return embeddings;
    shards.push({ embeddings: embeddings.value, metadata: files.metadata });
  }
  const [left] = described;
  return left === undefined ? ok(shards) : incomplete(`${shardFiles(folder, left).embeddings} is not there`);
}

async function numbersIn(folder: string, name: RegExp): Promise<string[]> {
  const names = await readdir(folder).catch(() => [] as string[]);
  return names.sort().flatMap((file) => name.exec(file)?.[1] ?? []);
}

function incomplete(message: string): Result<never> {
  const hint = 'A folder of clip-retrieval has img_emb/img_emb_N.npy and metadata/metadata_N.parquet for each N.';
  return fail('folder-incomplete', message, { hint });
}
