import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeNpy } from '../../server/src/store/npy.js';

/** A temporary folder for each test of the suite it is called in, and gone after it. */
export function temporaryFolder(): () => string {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lookalike-test-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  return () => folder;
}

/** The ids of the runs of a workspace, beside which their index lies. */
export async function runIdsIn(workspace: string): Promise<string[]> {
  const entries = await readdir(join(workspace, '.lookalike/runs'), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** One white pixel as PNG. */
export const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4////fwAJ+wP9CNHoHgAAAABJRU5ErkJggg==';

/** Three images of two people, one query, and what it found with the model `m`; the second place is empty. */
export async function writeNeighbourFiles(folder: string): Promise<void> {
  const images = [
    { id: 'ana/1.jpg', identity: 'ana', file: '/data/ana/1.jpg' },
    { id: 'bo/1.jpg', identity: 'bo', file: '/data/bo/1.jpg' },
    { id: 'ana/2.jpg', identity: 'ana', file: '/data/ana/2.jpg' },
  ];
  const query = (row: number, id: string) => {
    const models = { m: { original: { row, hits: { 1: true } } }, n: { original: { row: null, hits: null } } };
    return { id, identity: 'ana', threshold: null, models };
  };
  await writeLines(join(folder, 'images.jsonl'), images);
  await writeLines(join(folder, 'queries.jsonl'), [query(0, 'ana/2.jpg'), query(1, 'ana/1.jpg')]);
  const neighbours = join(folder, 'neighbours-m-original');
  await writeFile(`${neighbours}.ids.npy`, Buffer.concat(encodeNpy(Int32Array.of(0, 1, 2, -1), [2, 2])));
  await writeFile(
    `${neighbours}.distances.npy`,
    Buffer.concat(encodeNpy(Float32Array.of(0.25, 0.5, 0.25, Number.NaN), [2, 2])),
  );
  const thumbnails = { queries: ['ana/1.jpg'], images: { 'ana/1.jpg': PIXEL, 'ana/2.jpg': PIXEL } };
  await writeFile(join(folder, 'thumbnails.json'), JSON.stringify(thumbnails));
}

function writeLines(file: string, records: readonly unknown[]): Promise<void> {
  return writeFile(file, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
}
