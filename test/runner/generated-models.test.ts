import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { resultsSchema } from '../../server/src/protocol/results.js';
import { type Finished, lookalike } from '../support/command-line.js';
import { FULL } from '../support/full.js';
import { type GeneratedModel, writeGeneratedModels } from '../support/onnx/generated-models.js';
import { writeFaces } from '../support/small-experiment.js';
import { newWorkspace } from '../support/workspace.js';

const SEED = 13;
/** Every kind of model about three times, or every third kind once. */
const [COUNT, STEP] = FULL ? [150, 1] : [18, 3];
const REFUSALS = /error (model-unusable|model-unfit) /;

describe('What a model’s file says and what it does', () => {
  let folder: string;
  let models: readonly GeneratedModel[];

  before(async () => {
    folder = await newWorkspace();
    await writeFaces(join(folder, 'faces'), 3, 2);
    const black = { create: { width: 16, height: 16, channels: 3, background: '#000' } } as const;
    await sharp(black).png().toFile(join(folder, 'faces/person-000/black.png'));
    models = writeGeneratedModels(folder, COUNT, STEP, SEED);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function checkAndRun({ name }: GeneratedModel): Promise<{ checked: Finished; run: Finished }> {
    const file = join(folder, `${name}.experiment.yaml`);
    await writeFile(
      file,
      `dataset: {use: folder, root: faces}
embed: {models: [{use: onnx, name: m, file: ${name}}]}
accuracy: {top: [1]}
`,
    );
    const checked = await lookalike(['check', file]);
    return { checked, run: await lookalike(['run', file, '--json', '--progress', 'none']) };
  }

  for (let n = 0; n < COUNT; n++) {
    it(`agree: model ${n}`, async function () {
      const model = models[n];
      this.test!.title = `agree: ${model.name} (${model.fate})`;
      const { checked, run } = await checkAndRun(model);
      const said = `${checked.stdout}${checked.stderr}${run.stderr}`;
      assert.doesNotMatch(said, /runner-crashed|\n\s+at |onnxruntime_src|node:internal/);
      if (model.says && !['runs', 'one image left out'].includes(model.fate)) assert.match(said, model.says);
      if (model.fate === 'refused by check') {
        assert.deepEqual([checked.code, run.code], [2, 2], said);
        assert.match(`${checked.stdout}${checked.stderr}`, /:2:\d+ error files-unfit/);
        return;
      }
      assert.equal(checked.code, 0, said);
      if (model.fate === 'refused by run') {
        assert.equal(run.code, 1, said);
        return assert.match(run.stderr, REFUSALS);
      }
      if (model.fate === 'tells nothing') {
        assert.equal(run.code, 1, said);
        return assert.match(run.stderr, /error embeddings-unusable m gives /);
      }
      assert.equal(run.code, 0, said);
      const results = resultsSchema.parse(JSON.parse(run.stdout));
      const skipped = results.skipped?.map(({ id, code }) => [id, code]) ?? [];
      const without = skipped.length;
      assert.deepEqual(skipped, model.fate === 'one image left out' ? [['person-000/black.png', 'no-embedding']] : []);
      assert.equal(results.accuracy?.[0].top[1].of, 7 - without);
      assert.ok((results.accuracy?.[0].dim ?? 0) > 0);
    });
  }
});
