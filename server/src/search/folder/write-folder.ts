import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Float16Array } from '@petamoriken/float16';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { itemsAt } from '../../protocol/item-at.js';
import type { ExportFormat } from '../../protocol/searching/serve.js';
import type { ModelEmbeddings } from '../../runner/stages/embed-images.js';
import type { HashedImage } from '../../runner/stages/list-images.js';
import { writeAtomically } from '../../store/files.js';
import { npyHeader } from '../../store/npy.js';
import { shardFiles, shardNumber } from './shards.js';

/** Images of one file: what is in memory at once. */
const SHARD_ROWS = 10_000;
/** Embeddings of faces are biometric data. */
const PRIVATE = { recursive: true, mode: 0o700 };

interface Written {
  readonly images: number;
  readonly shards: number;
}

/**
 * Writes embeddings as `writeShards` or `writeMatrix` does. The folder appears when it is whole; one that holds something
 * is refused with `folder-not-empty`.
 */
export async function writeFolder(
  to: string,
  format: ExportFormat,
  images: readonly HashedImage[],
  embeddings: ModelEmbeddings,
  progress: (done: number) => void,
): Promise<Result<Written>> {
  const held = await readdir(to).catch((error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? [] : [error.code]));
  if (held.length > 0) {
    const hint = 'Name a folder that is not there yet, or is empty.';
    return fail('folder-not-empty', `${to} is there and holds something`, { hint });
  }
  const temporary = `${resolve(to)}.${randomBytes(6).toString('hex')}.tmp`;
  await mkdir(dirname(temporary), { recursive: true });
  await mkdir(temporary, PRIVATE);
  try {
    const write = format === 'npy' ? writeMatrix : writeShards;
    const written = await write(temporary, images, embeddings, progress);
    await rm(to, { recursive: true, force: true });
    await rename(temporary, to);
    return ok(written);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}

/**
 * Embeddings of length 1 as clip-retrieval's inference has them: `img_emb/img_emb_N.npy` in float16, and
 * `metadata/metadata_N.parquet` with image_path (absolute, as it writes them), caption (the identity) and key (the
 * image's id).
 */
async function writeShards(
  folder: string,
  images: readonly HashedImage[],
  embeddings: ModelEmbeddings,
  progress: (done: number) => void,
): Promise<Written> {
  for (const part of ['img_emb', 'metadata']) await mkdir(join(folder, part), PRIVATE);
  const { embedded } = embeddings;
  const shards = Math.ceil(embedded.length / SHARD_ROWS);
  for (let n = 0; n < shards; n++) {
    const [start, end] = [n * SHARD_ROWS, Math.min((n + 1) * SHARD_ROWS, embedded.length)];
    const files = shardFiles(folder, shardNumber(n, shards));
    const wanted = Array.from({ length: end - start }, (_, n) => start + n);
    const { data, rows, dimension } = await embeddings.vectors.rowsAt(wanted);
    const halves = new Uint8Array(new Float16Array(data).buffer);
    await writeAtomically(files.embeddings, npyHeader('<f2', [rows, dimension]), halves);
    await writeAtomically(files.metadata, metadataOf(itemsAt(images, embedded.slice(start, end))));
    progress(end);
  }
  return { images: embedded.length, shards };
}

/**
 * What the model gives, as it gives it: `embeddings.npy`, float32, and `images.jsonl`, which names each row's image by its
 * id, identity and content's SHA-256.
 */
async function writeMatrix(
  folder: string,
  images: readonly HashedImage[],
  { embedded, vectors }: ModelEmbeddings,
  progress: (done: number) => void,
): Promise<Written> {
  const matrix = await open(join(folder, 'embeddings.npy'), 'wx', 0o600);
  try {
    await matrix.writeFile(npyHeader('<f4', [vectors.rows, vectors.dimension]));
    let done = 0;
    for await (const { data, rows } of vectors.blocks()) {
      await matrix.writeFile(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
      done += rows;
      progress(done);
    }
  } finally {
    await matrix.close();
  }
  const lines = itemsAt(images, embedded).map(
    ({ id, identity, hash }) => `${JSON.stringify({ id, identity, hash })}\n`,
  );
  await writeAtomically(join(folder, 'images.jsonl'), lines.join(''));
  return { images: embedded.length, shards: 1 };
}

function metadataOf(images: readonly HashedImage[]): Uint8Array {
  const columnData = [
    { name: 'image_path', type: 'STRING' as const, data: images.map(({ file }) => file) },
    { name: 'caption', type: 'STRING' as const, data: images.map(({ identity }) => identity ?? '') },
    { name: 'key', type: 'STRING' as const, data: images.map(({ id }) => id) },
  ];
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}
