import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lookalike, runToResults } from '../support/command-line.js';
import { writeFaces, writeSmallExperiment } from '../support/small-experiment.js';
import { newWorkspace } from '../support/workspace.js';

const WITHOUT = { NODE_OPTIONS: `--import=${fileURLToPath(new URL('../support/no-hnswlib.mjs', import.meta.url))}` };

describe('An experiment with the index hnsw', () => {
  let folder: string;
  let experiment: string;

  before(async () => {
    folder = await newWorkspace();
    await writeFaces(join(folder, 'faces'), 6, 3);
    experiment = await writeSmallExperiment(folder);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('fails where its native module was not compiled, and says what to do; flat and check go on working', async () => {
    const { code, stderr } = await lookalike(['run', experiment, '--set', 'index=hnsw'], { env: WITHOUT });
    assert.equal(code, 1);
    assert.match(stderr, /error hnsw-unavailable .*hnswlib-node.*\n.*index: flat/);
    assert.equal((await lookalike(['check', experiment], { env: WITHOUT })).code, 0);
    assert.equal((await lookalike(['run', experiment], { env: WITHOUT })).code, 0);
  });

  it('says its recall in the results, and takes it and the graph from the cache again', async () => {
    const first = await runToResults(experiment, ['--set', 'index=hnsw']);
    assert.deepEqual(
      first.index?.map(({ model, use, vectors, recall }) => ({ model, use, vectors, recall })),
      ['first', 'second'].map((model) => ({ model, use: 'hnsw', vectors: 18, recall: 1 })),
    );
    const again = await runToResults(experiment, ['--set', 'index=hnsw', '--set', 'accuracy.top=[1,3]']);
    assert.deepEqual(again.index, first.index);
    assert.ok(again.stages.find(({ name }) => name === 'index')?.cached);
  });

  it('finds the same nearest images as flat, in so small a set', async () => {
    const flat = await runToResults(experiment);
    const hnsw = await runToResults(experiment, ['--set', 'index=hnsw']);
    assert.deepEqual(hnsw.accuracy, flat.accuracy);
  });
});
