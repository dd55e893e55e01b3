import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { plugins } from '../../../server/src/plugins/registry.js';
import type { Device } from '../../../server/src/protocol/compute.js';
import { pluginFor } from '../../../server/src/runner/context.js';
import { embeddingsKey, pluginKey } from '../../../server/src/runner/model-key.js';
import { FileTable } from '../../../server/src/store/cache/file-table.js';
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
});
