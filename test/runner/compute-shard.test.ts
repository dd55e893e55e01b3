import assert from 'node:assert/strict';
import { readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EmbeddingModel } from '../../server/src/plugins/declare.js';
import { onnx } from '../../server/src/plugins/models/onnx.js';
import type { ProblemError } from '../../server/src/protocol/errors.js';
import { computeShard } from '../../server/src/runner/embedding/compute-shard.js';
import { planEmbedding, writePlan } from '../../server/src/runner/embedding/embedding-plan.js';
import { EmbeddingStore } from '../../server/src/store/cache/shards.js';
import { sha256 } from '../../server/src/store/files.js';
import { patchwork, tinyEncoder } from '../support/small-experiment.js';
import { newWorkspace } from '../support/workspace.js';

/** So many are prepared in the thread that infers, and so many in a thread of its own. */
for (const count of [20, 40]) {
  describe(`Computing a shard of ${count} images`, () => {
    let folder: string;
    let plan: string;
    let hashes: string[];
    const image = (n: number) => join(folder, `${n}.png`);

    beforeEach(async () => {
      folder = await newWorkspace();
      await writeFile(join(folder, 'tiny.onnx'), tinyEncoder());
      for (let n = 0; n < count; n++) await writeFile(image(n), n === 5 ? 'no image' : await patchwork(1, n));
      hashes = await Promise.all(Array.from({ length: count }, async (_, n) => sha256(await readFile(image(n)))));
      const use = { use: 'onnx', params: { file: join(folder, 'tiny.onnx') }, device: 'cpu' } as const;
      const images = hashes.map((hash, n) => ({ hash, file: image(n) }));
      plan = await writePlan(planEmbedding(use, join(folder, 'store'), images));
    });
    afterEach(() => rm(folder, { recursive: true, force: true }));

    async function model({ params }: { params: Readonly<Record<string, unknown>> }): Promise<EmbeddingModel> {
      const loaded = await onnx.load(onnx.params.parse(params) as never, { folder, threads: 1 });
      assert.ok(loaded.ok);
      return loaded.value;
    }
    const shard = () => computeShard(plan, 0, { signal: new AbortController().signal, model });

    it('needs nothing but files: what it writes is there for another process', async () => {
      const { images } = await shard();
      assert.equal(images, count);
      const store = await EmbeddingStore.look(join(folder, 'store'));
      const sound = hashes.filter((_, n) => n !== 5);
      assert.equal(store.locate(hashes[5])?.kind, 'unreadable');
      const encoder = await model({ params: { file: join(folder, 'tiny.onnx') } });
      const prepared = await Promise.all(
        Array.from({ length: count }, async (_, n) => encoder.prepare(await readFile(image(n)))),
      );
      const vectors = await encoder.embed(prepared.flatMap((each) => (each.ok ? [each.value] : [])));
      assert.deepEqual(
        [...(await store.read(sound))],
        vectors.flatMap((vector) => [...(vector ?? [])]),
      );
    });

    it('stops, and names the image, where one is not the one that was planned', async () => {
      await writeFile(image(13), await patchwork(2, 13));
      await assert.rejects(shard(), problem('image-changed', image(13)));
      assert.deepEqual((await EmbeddingStore.look(join(folder, 'store'))).dimension, undefined);
    });

    it('stops, and names the image, where one is gone', async () => {
      await unlink(image(13));
      await assert.rejects(shard(), problem('image-gone', image(13)));
    });
  });
}

function problem(code: string, file: string) {
  return (error: unknown) => {
    const { problem } = error as ProblemError;
    assert.equal(problem?.code, code, String(error));
    assert.ok(problem.message.includes(file), problem.message);
    assert.ok(problem.hint);
    return true;
  };
}
