import assert from 'node:assert/strict';
import { join } from 'node:path';
import { filesOnDisk } from '../../../server/src/plugins/files.js';
import { onnx } from '../../../server/src/plugins/models/onnx.js';
import { writeGeneratedModels } from '../../support/onnx/generated-models.js';
import { temporaryFolder } from '../../support/run-folder.js';

describe('A Loop that never ends', () => {
  const folder = temporaryFolder();

  it('is told from one with a number of rounds by its graph, before it is run', async () => {
    const loops = writeGeneratedModels(folder(), 60, 1, 7).filter(({ name }) => name.includes('loop-'));
    assert.equal(loops.length, 3);
    for (const { name, fate } of loops) {
      const file = join(folder(), name);
      const problems = (await onnx.inspect?.(onnx.params.parse({ file }), filesOnDisk)) ?? [];
      assert.deepEqual(
        problems.map(({ code }) => code),
        fate === 'runs' ? [] : ['model-unusable'],
        name,
      );
      if (fate !== 'runs') continue;
      const loaded = await onnx.load(onnx.params.parse({ file }), { folder: folder(), threads: 1 });
      assert.ok(loaded.ok, JSON.stringify(loaded));
      await loaded.value.close();
    }
  });
});
