import assert from 'node:assert/strict';
import { readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { IndexBuilder, Matrix } from '../../../server/src/plugins/declare.js';
import { hnsw } from '../../../server/src/plugins/indexes/hnsw.js';
import { inMemory } from '../../../server/src/plugins/matrix.js';
import { recallAgainst } from '../../../server/src/runner/figures/recall.js';
import { plainSearch } from '../../support/plain-search.js';
import { randomVectors } from '../../support/random-vectors.js';
import { temporaryFolder } from '../../support/run-folder.js';

const work = { signal: new AbortController().signal, progress: () => undefined };

describe('index hnsw', () => {
  const folder = temporaryFolder();
  const gallery = randomVectors(2000, 16, 1);
  const queries = randomVectors(100, 16, 2);

  async function engineOf(params: Record<string, unknown> = {}): Promise<IndexBuilder> {
    const loaded = await hnsw.load(hnsw.params.parse(params), { folder: folder(), threads: 1 });
    assert.ok(loaded.ok, JSON.stringify(loaded));
    return loaded.value;
  }

  async function built(engine: IndexBuilder, vectors: Matrix) {
    assert.ok((await engine.build(inMemory(vectors), folder(), work)).ok);
    const opened = await engine.open(inMemory(vectors), folder());
    assert.ok(opened.ok, JSON.stringify(opened));
    return opened.value;
  }

  for (const metric of ['l2', 'ip'] as const) {
    it(`finds most of the true neighbours by ${metric}, with their true distances`, async () => {
      const found = await (await built(await engineOf({ metric }), gallery)).search(inMemory(queries), {
        ...work,
        k: 10,
      });
      const exact = plainSearch(gallery, queries, metric, 10);
      const recall = recallAgainst(exact, found);
      assert.ok(recall > 0.95, `recall is ${recall}`);
      const all = plainSearch(gallery, queries, metric, gallery.rows);
      for (const [at, row] of found.ids.entries()) {
        const first = Math.floor(at / 10) * gallery.rows;
        const place = all.ids.indexOf(row, first);
        assert.equal(found.distances[at], all.distances[place]);
      }
    });
  }

  it('finds more with a larger efSearch', async () => {
    const exact = plainSearch(gallery, queries, 'l2', 10);
    const recallAt = async (efSearch: number) => {
      const index = await built(await engineOf({ efSearch, m: 4, efConstruction: 10 }), gallery);
      return recallAgainst(exact, await index.search(inMemory(queries), { ...work, k: 10 }));
    };
    assert.ok((await recallAt(200)) > (await recallAt(10)));
  });

  it('gives the same file for the same seed, and another for another', async () => {
    const bytes = async (seed: number) => {
      await built(await engineOf({ seed }), gallery);
      return readFile(join(folder(), 'graph.hnsw'));
    };
    const first = await bytes(1);
    assert.ok(first.equals(await bytes(1)));
    assert.ok(!first.equals(await bytes(2)));
  });

  it('leaves a query out of its own result, and says -1 where there are no more rows', async () => {
    const three = randomVectors(3, 16, 3);
    const index = await built(await engineOf(), three);
    const { ids } = await index.search(inMemory(three), { ...work, k: 3, exclude: Int32Array.of(0, 1, 2) });
    for (let row = 0; row < 3; row++) {
      const found = [...ids.subarray(3 * row, 3 * row + 3)];
      assert.deepEqual(found.toSorted(), [-1, 0, 1, 2].filter((other) => other !== row).toSorted());
    }
  });

  it('takes a set without vectors', async () => {
    const none = { data: new Float32Array(0), rows: 0, dimension: 16 };
    const { ids } = await (await built(await engineOf(), none)).search(inMemory(queries), { ...work, k: 1 });
    assert.ok(ids.every((id) => id === -1));
  });

  it('says what to do about a file that was cut short, and about another’s', async () => {
    const engine = await engineOf();
    await built(engine, gallery);
    const refusal = async (vectors: Matrix) => {
      const opened = await engine.open(inMemory(vectors), folder());
      assert.ok(!opened.ok);
      assert.match(opened.problem.message, /graph\.hnsw/);
      return opened.problem.code;
    };
    assert.equal(await refusal(randomVectors(7, 16, 1)), 'index-damaged');
    await truncate(join(folder(), 'graph.hnsw'), 5000);
    assert.equal(await refusal(gallery), 'index-damaged');
  });

  it('refuses vectors with NaN', async () => {
    const built = await (await engineOf()).build(
      inMemory({ ...gallery, data: gallery.data.with(7, Number.NaN) }),
      folder(),
      work,
    );
    assert.equal(!built.ok && built.problem.code, 'vectors-not-finite');
  });

  it('stops when it is cancelled', async () => {
    const cancelling = new AbortController();
    const building = (await engineOf()).build(inMemory(gallery), folder(), {
      signal: cancelling.signal,
      progress: () => cancelling.abort(),
    });
    await assert.rejects(building, { name: 'AbortError' });
  });
});
