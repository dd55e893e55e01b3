import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readModelHeader } from '../../../server/src/plugins/model-header.js';
import { plugins } from '../../../server/src/plugins/registry.js';
import type { Device } from '../../../server/src/protocol/choices.js';
import { pluginFor } from '../../../server/src/runner/context.js';
import { embeddingsKey, pluginKey } from '../../../server/src/runner/model-key.js';
import { FileTable } from '../../../server/src/store/cache/file-table.js';
import { writeGeneratedModels } from '../../support/onnx/generated-models.js';
import { temporaryFolder } from '../../support/run-folder.js';
import { tinyEncoder } from '../../support/small-experiment.js';

describe('The key that embeddings are kept under', () => {
  const folder = temporaryFolder();

  async function keys(use: string, given: object) {
    const context = { plugins, files: await FileTable.open(join(folder(), 'files.jsonl')) };
    const params = pluginFor(context, 'model', use).params.parse(given) as Record<string, unknown>;
    const on = (device: Device) => embeddingsKey({ ...context, device }, { use, params });
    return { model: await pluginKey(context, 'model', { use, params }), on };
  }

  it('is the model’s on the CPU, and another on each other device', async () => {
    const file = join(folder(), 'tiny.onnx');
    await writeFile(file, tinyEncoder());
    const { model, on } = await keys('onnx', { file });
    assert.equal(await on('cpu'), model);
    assert.equal(new Set([model, await on('cuda'), await on('webgpu')]).size, 3);
    assert.equal(await on('cuda'), await on('cuda'));
  });

  it('is the same on all devices where the model computes on the CPU', async () => {
    const { model, on } = await keys('face-recognition', {});
    assert.equal(await on('cuda'), model);
  });

  it('is another where weights change that a model keeps in another file, wherever in the model they are', async () => {
    const made = writeGeneratedModels(folder(), 60, 1, 5).filter(({ name }) => name.includes('-outside'));
    assert.deepEqual(
      made.map(({ name }) => name.replace(/^\d+-/, '')),
      ['initializer-outside.onnx', 'constant-outside.onnx', 'branch-outside.onnx'],
    );
    for (const { name } of made) {
      const file = join(folder(), name);
      const before = await keys('onnx', { file });
      const header = readModelHeader(file);
      assert.ok(header.ok);
      const [weights] = header.value.externalData;
      const bytes = await readFile(join(folder(), weights));
      bytes[0] ^= 1;
      await writeFile(join(folder(), weights), bytes);
      assert.notEqual((await keys('onnx', { file })).model, before.model, name);
    }
  });
});
