import { join } from 'node:path';
import type { Result } from '../protocol/errors.js';
import type { ImageDetails } from '../protocol/lsp.js';
import { readFaces } from '../store/run-folder/face-files.js';
import { imageRecordSchema } from '../store/run-folder/query-record.js';
import { readResults } from '../store/run-folder/read-results.js';
import { readRecords } from '../store/run-folder/run-files.js';
import { usable } from './read-neighbours.js';

/** Some images of a run, with the faces that one of its models found in them. */
interface ReadImages {
  images: ImageDetails[];
  /** The model; null where none says where faces are. */
  by: string | null;
}

/**
 * The images on these lines of `images.jsonl`; a line that there is not has none. Problem: `neighbours-unusable`, where
 * a file is missing or damaged.
 */
export async function readImages(runFolder: string, places: readonly number[]): Promise<Result<ReadImages>> {
  const results = await readResults(runFolder);
  const { threshold, accuracy = [] } = results.ok ? results.value : {};
  const models = new Set([...(threshold ? [threshold.model] : []), ...accuracy.map(({ model }) => model)]);
  return usable(async () => {
    const { by, faces } = await firstFaces(runFolder, models);
    const wanted = new Set(places);
    const images: ImageDetails[] = [];
    const isWanted = (_: string, line: number) => wanted.has(line);
    for await (const [place, record] of readRecords(join(runFolder, 'images.jsonl'), imageRecordSchema, isWanted)) {
      const { id, identity, file } = record;
      images.push({ place, id, identity, file, face: faces?.at(place) });
    }
    return { images, by };
  });
}

async function firstFaces(runFolder: string, models: Iterable<string>) {
  for (const by of models) {
    const faces = await readFaces(runFolder, { model: by, version: 'original' });
    if (faces) return { by, faces };
  }
  return { by: null, faces: undefined };
}
