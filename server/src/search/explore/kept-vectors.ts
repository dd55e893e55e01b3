import { dirname, join } from 'node:path';
import type { Matrix } from '../../plugins/declare.js';
import { fail, ok, type Result } from '../../protocol/errors.js';
import { EmbeddingStore } from '../../store/cache/shards.js';
import { CacheFolders } from '../../store/home.js';
import { imageRecordSchema } from '../../store/run-folder/query-record.js';
import { readResults } from '../../store/run-folder/read-results.js';
import { readRecords } from '../../store/run-folder/run-files.js';

/** An image of a run by its line of `images.jsonl`, with a vector by its content. */
export interface KeptImage {
  readonly place: number;
  readonly id: string;
  readonly identity: string | null;
  readonly hash: string;
}

/** What the private folder keeps of a run's images by one model. */
export interface Kept {
  /** Those with a vector, in the order of the run. */
  readonly images: readonly KeptImage[];
  /** In which the model found no face, or which give nothing that compares. */
  readonly noEmbedding: number;
  /** Of which nothing is kept any more. */
  readonly missing: number;
  has(hash: string): boolean;
  /** The vectors of contents that have one, in that order. */
  read(hashes: readonly string[]): Promise<Matrix>;
}

const RUN_AGAIN = { hint: 'Run the experiment again: what is not kept is computed anew.' };
/** Names of the cache's folders are hashes; a run's folder may come from anywhere. */
const KEY = /^[0-9a-f]{16,128}$/;

/**
 * Looks for the embeddings that a run computed, and changes nothing. Problem: `embeddings-missing`. Throws
 * `UnusableFile` of a run's folder that is damaged.
 */
export async function findKept(runFolder: string, model: string): Promise<Result<Kept>> {
  const results = await readResults(runFolder);
  if (!results.ok) return results;
  const key = results.value.run.hashes?.models?.[model]?.key;
  if (key === undefined || !KEY.test(key)) {
    return fail('embeddings-missing', `The run does not say where embeddings by ${model} are kept`, RUN_AGAIN);
  }
  const store = await EmbeddingStore.look(new CacheFolders(dirname(dirname(runFolder))).of('embeddings', key));
  const images: KeptImage[] = [];
  let [missing, noEmbedding] = [0, 0];
  for await (const [place, { id, identity, hash }] of readRecords(join(runFolder, 'images.jsonl'), imageRecordSchema)) {
    const location = hash === undefined ? undefined : store.locate(hash);
    if (!location || hash === undefined) missing += 1;
    else if (location.kind === 'vector') images.push({ place, id, identity, hash });
    else noEmbedding += 1;
  }
  if (images.length === 0) {
    const message = `No embedding by ${model} of the run’s ${missing + noEmbedding} images is kept`;
    return fail('embeddings-missing', message, RUN_AGAIN);
  }
  const has = (hash: string) => store.locate(hash)?.kind === 'vector';
  const read = async (hashes: readonly string[]) => {
    const data = await store.read(hashes);
    return { data, rows: hashes.length, dimension: store.dimension ?? 0 };
  };
  return ok({ images, noEmbedding, missing, has, read });
}
