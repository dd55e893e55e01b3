import { readFile } from 'node:fs/promises';
import pMap from 'p-map';
import { loadImageEncoder } from '../plugins/thumbnails.js';
import type { HashedImage } from '../runner/stages/list-images.js';
import type { Hit, ServedIndex } from './served-index.js';

/** Pixels of an answer's images: enough for any model to embed them anew. */
const LONGEST_SIDE = 1024;
/** Images that are read and encoded at once. */
const ENCODING = 4;

/** An image's path relative to its data set, and whose it is, as far as that is known. */
export function metadataOf({ id, identity }: HashedImage): { image_path: string; caption?: string } {
  return identity === null ? { image_path: id } : { image_path: id, caption: identity };
}

/** Results as clip-retrieval writes them: the first `described` with metadata and the image as JPEG in base64. */
export async function answerOf(index: ServedIndex, hits: readonly Hit[], described: number) {
  const encode = await loadImageEncoder();
  return pMap(
    hits,
    async ({ row, similarity }, place) => {
      const image = index.imageOf(row);
      if (place >= described || !image) return { id: row, similarity };
      return { ...metadataOf(image), image: await base64Of(image, encode), id: row, similarity };
    },
    { concurrency: ENCODING },
  );
}

/** Undefined, which JSON leaves out, where the file has gone or was altered since it was embedded. */
async function base64Of(
  { file }: HashedImage,
  encode: Awaited<ReturnType<typeof loadImageEncoder>>,
): Promise<string | undefined> {
  const bytes = await readFile(file).catch(() => undefined);
  const encoded = bytes && (await encode(bytes, LONGEST_SIDE, 'jpeg'));
  return encoded?.ok ? encoded.value.toString('base64') : undefined;
}
