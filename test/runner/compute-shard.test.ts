import assert from 'node:assert/strict';
import { readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onnx } from '../../server/src/plugins/models/onnx.js';
import { ProblemError } from '../../server/src/protocol/errors.js';
import { computeShard } from '../../server/src/runner/embedding/compute-shard.js';
import { planEmbedding, writePlan } from '../../server/src/runner/embedding/embedding-plan.js';
import { EmbeddingStore } from '../../server/src/store/cache/shards.js';
import { sha256 } from '../../server/src/store/files.js';
import { patchwork, tinyEncoder } from '../support/small-experiment.js';
import { newWorkspace } from '../support/workspace.js';

describe('Computing a shard', () => {
  let folder: string;
  let plan: string;
  const image = (n: number) => join(folder, `${n}.png`);

  beforeEach(async () => {
    folder = await newWorkspace();
    await writeFile(join(folder, 'tiny.onnx'), tinyEncoder());
    for (let n = 0; n < 20; n++) await writeFile(image(n), await patchwork(1, n));
    const images = await Promise.all(
      Array.from({ length: 20 }, async (_, n) => ({ hash: sha256(await readFile(image(n))), file: image(n) })),
    );
    const use = { use: 'onnx', params: { file: join(folder, 'tiny.onnx') }, device: 'cpu' } as const;
    plan = await writePlan(planEmbedding(use, join(folder, 'store'), images));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const tools = {
    signal: new AbortController().signal,
    async model({ params }: { params: Readonly<Record<string, unknown>> }) {
      const loaded = await onnx.load(onnx.params.parse(params) as never, { folder, threads: 1 });
      assert.ok(loaded.ok);
      return loaded.value;
    },
  };
  const shard = () => computeShard(plan, 0, tools);

  it('needs nothing but files: what it writes is there for another process', async () => {
    const { images } = await shard();
    assert.equal(images, 20);
    const store = await EmbeddingStore.look(join(folder, 'store'));
    const hashes = await Promise.all(Array.from({ length: 20 }, async (_, n) => sha256(await readFile(image(n)))));
    assert.equal((await store.read(hashes)).length, 20 * 8);
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

function problem(code: string, file: string) {
  return (error: unknown) => {
    assert.ok(error instanceof ProblemError, String(error));
    assert.equal(error.problem.code, code);
    assert.ok(error.problem.message.includes(file), error.problem.message);
    assert.ok(error.problem.hint);
    return true;
  };
}
