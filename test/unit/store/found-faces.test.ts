import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Random } from '../../../server/src/compute/random.js';
import { type FoundFace, isSameFace } from '../../../server/src/protocol/images/found-face.js';
import { FileTable } from '../../../server/src/store/cache/file-table.js';
import { type Embedded, EmbeddingStore, shardName, writeShard } from '../../../server/src/store/cache/shards.js';
import { sha256 } from '../../../server/src/store/files.js';
import { temporaryFolder } from '../../support/run-folder.js';

const SEED = 16;

/** A face somewhere in a photograph, in tenths of a pixel as they are kept. */
function someFace(random: Random): FoundFace {
  const pixels = (most: number) => Math.round(random.between(0, most) * 10) / 10;
  const [left, top] = [pixels(400), pixels(300)];
  return {
    size: [640, 480],
    box: [left, top, left + 1 + pixels(200), top + 1 + pixels(150)],
    landmarks: Array.from({ length: 5 }, () => [pixels(640), pixels(480)]),
    score: Math.round(random.between(0, 1) * 1e4) / 1e4,
    detected: 1 + Math.floor(random.between(0, 9)),
  };
}

describe('Where faces were found', () => {
  const folder = temporaryFolder();
  const random = new Random(SEED);
  const vector = Float32Array.of(1, 2, 3);
  const images: Embedded[] = Array.from({ length: 60 }, (_, n) => {
    const hash = sha256(`photograph ${n}`);
    if (n % 7 === 3) return { hash, noFace: true };
    const faces = Array.from({ length: 1 + (n % 3) }, () => ({ vector, face: someFace(random) }));
    return { hash, faces: faces as [(typeof faces)[0]] };
  });
  const hashes = images.map(({ hash }) => hash);
  const name = shardName(hashes);

  const opened = async () =>
    EmbeddingStore.open(folder(), { stored: true, files: await FileTable.open(join(folder(), 'files.json')) });
  const facesOf = async (store: EmbeddingStore) => {
    const found = new Map<number, FoundFace | null>();
    for await (const [place, face] of store.foundFaces(hashes)) found.set(place, face);
    return found;
  };

  it('is kept beside the vectors, of the largest face of each photograph, and that there is none', async () => {
    await writeShard(folder(), name, images);
    const found = await facesOf(await opened());
    for (const [place, image] of images.entries()) {
      const expected = 'faces' in image ? (image.faces[0].face as FoundFace) : null;
      const face = found.get(place);
      if (!expected || !face) assert.equal(face, expected, image.hash);
      else assert.deepEqual(rounded(face), rounded(expected), image.hash);
    }
  });

  it('is not known of a shard that an earlier version wrote, whose vectors go on being used', async () => {
    const earlier = images.map((image) =>
      'faces' in image ? { hash: image.hash, faces: [{ vector }] as const } : image,
    );
    await writeShard(folder(), name, earlier);
    const store = await opened();
    assert.deepEqual(store.damaged, []);
    assert.deepEqual(await store.read([hashes[0]!]), vector);
    assert.ok([...(await facesOf(store)).values()].every((face) => face === null));
  });

  it('is a part of the shard: one that was altered, or taken away, is computed again', async () => {
    const file = join(folder(), `${name}.faces.npy`);
    for (const alter of [
      (bytes: Buffer) => bytes.fill(0, bytes.length - 4),
      (bytes: Buffer) => bytes.subarray(0, -72),
    ]) {
      await writeShard(folder(), name, images);
      await writeFile(file, alter(await readFile(file)));
      const store = await opened();
      assert.deepEqual(store.damaged, [name]);
      assert.equal(store.locate(hashes[0]!), undefined);
    }
  });

  it('is the same face in two photographs where the boxes share most of what they cover, at any scale', () => {
    for (let n = 0; n < 200; n++) {
      const face = someFace(random);
      const twice: FoundFace = {
        ...face,
        size: [1280, 960],
        box: face.box.map((edge) => 2 * edge) as FoundFace['box'],
      };
      assert.ok(isSameFace(face, twice) && isSameFace(twice, face), JSON.stringify(face));
      const width = face.box[2] - face.box[0];
      const beside = { ...face, box: face.box.map((edge, k) => (k % 2 ? edge : edge + width)) as FoundFace['box'] };
      assert.ok(!isSameFace(face, beside), JSON.stringify(face));
    }
  });
});

/** To what single precision keeps of pixels. */
function rounded(face: FoundFace): string {
  return JSON.stringify(face, (_, value) => (typeof value === 'number' ? Math.fround(value) : value));
}
