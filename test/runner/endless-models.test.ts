import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lookalike } from '../support/command-line.js';
import { LOOP_ENDS, writeLoopingModel } from '../support/onnx/looping-models.js';
import { writeFaces } from '../support/small-experiment.js';
import { newWorkspace } from '../support/workspace.js';

describe('A model with a Loop that its data alone ends', () => {
  let folder: string;

  before(async () => {
    folder = await newWorkspace();
    await writeFaces(join(folder, 'faces'), 2, 2);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  for (const [name, ends] of Object.entries(LOOP_ENDS)) {
    it(`${ends ? 'is run' : 'ends the run with its name'} where it goes on ${name}`, async () => {
      const [model, file] = [join(folder, `${ends}.onnx`), join(folder, 'loop.experiment.yaml')];
      await writeLoopingModel(model, name);
      const use = `{use: onnx, name: m, file: ${JSON.stringify(model)}, seconds: ${ends ? 60 : 2}}`;
      await writeFile(file, `dataset: {use: folder, root: faces}\nembed: {models: [${use}]}\naccuracy: {top: [1]}\n`);
      assert.equal((await lookalike(['check', file])).code, 0, 'Its graph does not show it');
      const { code, stderr } = await lookalike(['run', file, '--progress', 'none']);
      if (ends) return assert.equal(code, 0, stderr);
      assert.equal(code, 1);
      assert.match(stderr, /error model-unusable \S+\.onnx has a Loop that has not ended after 2 seconds/);
    });
  }
});
