import { readFile } from 'node:fs/promises';
import pMap from 'p-map';
import { loadImageEncoder } from '../plugins/images/thumbnails.js';
import type { Entry } from '../search/entries.js';
import type { Hit, ServedIndex } from '../search/served-index.js';

/** Pixels of an answer's images: enough for any model to embed them anew. */
const LONGEST_SIDE = 1024;
/** Images that are read and encoded at once. */
const ENCODING = 4;

/** What is known of rows, in order; the first `shown` with their image as JPEG in base64, as far as it is there. */
export async function metadataOf(index: ServedIndex, rows: readonly number[], shown: number) {
  const encode = await loadImageEncoder();
  return pMap(
    rows,
    async (row, place) => {
      const entry = await index.entries.of(row);
      return { ...entry.columns, ...(place < shown && { image: await base64Of(entry, encode) }) };
    },
    { concurrency: ENCODING },
  );
}

/** Results as clip-retrieval writes them: the first `described` with what is known of them. */
export async function answerOf(index: ServedIndex, hits: readonly Hit[], described: number) {
  const rows = hits.slice(0, described).map(({ row }) => row);
  const metadata = await metadataOf(index, rows, described);
  return hits.map(({ row, similarity }, place) => ({ ...metadata[place], id: row, similarity }));
}

/** Undefined, which JSON leaves out, where the file is not there or was altered since it was embedded. */
async function base64Of(
  { file }: Entry,
  encode: Awaited<ReturnType<typeof loadImageEncoder>>,
): Promise<string | undefined> {
  const bytes = file === undefined ? undefined : await readFile(file).catch(() => undefined);
  const encoded = bytes && (await encode(bytes, LONGEST_SIDE, 'jpeg'));
  return encoded?.ok ? encoded.value.toString('base64') : undefined;
}
