import assert from 'node:assert/strict';
import { copyFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { ExactSearch } from '../../../../server/src/compute/search/exact-search.js';
import type { Matrix, VectorSource } from '../../../../server/src/plugins/declare.js';
import { hnsw } from '../../../../server/src/plugins/indexes/hnsw.js';
import { inMemory, mapped, selectRows, someOf, wholeOf } from '../../../../server/src/plugins/matrix.js';
import { problemOf } from '../../../../server/src/runner/halt.js';
import { FileTable } from '../../../../server/src/store/cache/file-table.js';
import { EmbeddingStore, shardName, writeShard } from '../../../../server/src/store/cache/shards.js';
import { sha256 } from '../../../../server/src/store/files.js';
import { plainSearch } from '../../../support/plain-search.js';
import { randomVectors } from '../../../support/random-vectors.js';
import { temporaryFolder } from '../../../support/run-folder.js';
import { inBlocks } from '../../../support/vector-source.js';

const work = { signal: new AbortController().signal, progress: () => undefined };
const sizes = fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 4 });

describe('A source of vectors', () => {
  it('gives the same by blocks, by rows and as a whole, however it is cut, chosen from or changed', async () => {
    const rowsAndChoice = fc
      .integer({ min: 1, max: 150 })
      .chain((rows) => fc.tuple(fc.constant(rows), fc.array(fc.integer({ min: 0, max: rows - 1 }), { maxLength: 60 })));
    await fc.assert(
      fc.asyncProperty(rowsAndChoice, sizes, async ([rows, chosen], cuts) => {
        const matrix = randomVectors(rows, 3, rows);
        const twice = ({ data, ...rest }: Matrix) => ({ ...rest, data: data.map((value) => 2 * value) });
        for (const source of [inMemory(matrix), inBlocks(matrix, cuts)]) {
          await assertHolds(source, matrix);
          await assertHolds(mapped(source, twice), twice(matrix));
          await assertHolds(someOf(source, chosen), selectRows(matrix, chosen));
        }
      }),
      { seed: 11, numRuns: 60 },
    );
  });

  it('is searched exactly whatever its blocks are, for others and for itself', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1500 }), sizes, async (rows, cuts) => {
        const gallery = randomVectors(rows, 8, rows);
        const queries = randomVectors(37, 8, rows + 1);
        const source = inBlocks(gallery, cuts);
        const index = await ExactSearch.open(source, 'l2', { threads: 1 });
        const exclude = Int32Array.from({ length: rows }, (_, row) => row);
        assert.deepEqual(
          await index.search(inBlocks(queries, cuts), { ...work, k: 4 }),
          plainSearch(gallery, queries, 'l2', 4),
        );
        const itself = await index.search(source, { ...work, k: 4, exclude });
        assert.deepEqual(itself, plainSearch(gallery, gallery, 'l2', 4, exclude));
        assert.deepEqual(await index.search(inBlocks(gallery, cuts), { ...work, k: 4, exclude }), itself);
        await index.close();
      }),
      { seed: 12, numRuns: 12 },
    );
  });

  it('is searched exactly for more queries than are searched for at once', async () => {
    const [gallery, queries] = [randomVectors(300, 4, 1), randomVectors(20_000, 4, 2)];
    const index = await ExactSearch.open(inMemory(gallery), 'l2', { threads: 2 });
    const exclude = Int32Array.from({ length: queries.rows }, (_, query) => (query % 3 === 0 ? query % 300 : -1));
    const found = await index.search(inMemory(queries), { ...work, k: 2, exclude });
    assert.deepEqual(found, plainSearch(gallery, queries, 'l2', 2, exclude));
    await index.close();
  });

  describe('on a disk', () => {
    const folder = temporaryFolder();
    const shards = () => join(folder(), 'shards');

    it('becomes the same graph as in memory', async () => {
      const vectors = randomVectors(700, 8, 5);
      const loaded = await hnsw.load(hnsw.params.parse({}), { folder: folder(), threads: 1 });
      assert.ok(loaded.ok);
      const engine = loaded.value;
      const answers = [];
      for (const source of [inMemory(vectors), inBlocks(vectors, [13, 200])]) {
        assert.ok((await engine.build(source, folder(), work)).ok);
        const opened = await engine.open(source, folder());
        assert.ok(opened.ok);
        answers.push(await opened.value.search(someOf(source, [5, 600, 2]), { ...work, k: 5 }));
      }
      assert.deepEqual(answers[0], answers[1]);
    });

    it('gives any rows in any order, whether a shard is read whole or in part', async () => {
      const { hashes, vectors } = await writeShards(shards(), [100, 1, 128, 64]);
      const files = await FileTable.open(join(folder(), 'files.jsonl'));
      const store = await EmbeddingStore.open(shards(), { stored: true, files });
      const wanted = fc.array(fc.integer({ min: 0, max: hashes.length - 1 }), { maxLength: 200 });
      await fc.assert(
        fc.asyncProperty(wanted, async (rows) => {
          const read = await store.read(rows.map((row) => hashes[row]));
          assert.deepEqual(read, selectRows(vectors, rows).data);
        }),
        { seed: 13, numRuns: 100 },
      );
    });

    it('is refused where a matrix was altered behind the table’s back, and is not there the next time', async () => {
      const { names, hashes } = await writeShards(shards(), [40, 40]);
      const [file, other] = names.map((name) => join(shards(), `${name}.npy`));
      // A hash is remembered by size and time.
      await utimes(file, 1000, 1000);
      const files = await FileTable.open(join(folder(), 'files.jsonl'));
      const open = () => EmbeddingStore.open(shards(), { stored: true, files });
      await (await open()).read(hashes);
      await copyFile(other, file);
      await utimes(file, 1000, 1000);
      const store = await open();
      assert.deepEqual(store.damaged, []);
      await assert.rejects(store.read(hashes), (error) => problemOf(error)?.code === 'cache-changed');
      const again = await open();
      assert.equal(again.locate(hashes[0]), undefined);
      assert.equal(again.locate(hashes[40])?.kind, 'vector');
    });
  });
});

async function assertHolds(source: VectorSource, expected: Matrix): Promise<void> {
  assert.deepEqual([source.rows, source.dimension], [expected.rows, expected.dimension]);
  assert.deepEqual((await wholeOf(source)).data, expected.data);
  let next = 0;
  for await (const block of source.blocks()) {
    assert.equal(block.first, next);
    assert.equal(block.data.length, block.rows * block.dimension);
    next += block.rows;
  }
  assert.equal(next, expected.rows);
  const some = Array.from({ length: expected.rows }, (_, row) => expected.rows - 1 - row).filter(
    (row) => row % 3 !== 0,
  );
  assert.deepEqual(await source.rowsAt(some), selectRows(expected, some));
}

/** Shards of so many random vectors each: their names, what they are of, and all vectors in that order. */
async function writeShards(folder: string, sizes: readonly number[]) {
  const rows = sizes.reduce((sum, size) => sum + size);
  const vectors = randomVectors(rows, 6, 7);
  const hashes = Array.from({ length: rows }, (_, row) => sha256(`image ${row}`));
  const names: string[] = [];
  for (let start = 0, n = 0; start < rows; start += sizes[n], n++) {
    const own = hashes.slice(start, start + sizes[n]);
    names.push(shardName(own));
    const embedded = own.map((hash, at) => {
      return { hash, faces: [{ vector: vectors.data.subarray((start + at) * 6, (start + at + 1) * 6) }] as const };
    });
    await writeShard(folder, shardName(own), embedded);
  }
  return { names, hashes, vectors };
}
