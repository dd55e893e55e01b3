import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lookalike, runToResults } from '../../support/command-line.js';
import { writeFaces, writeSmallExperiment } from '../../support/small-experiment.js';
import { newWorkspace } from '../../support/workspace.js';

const WITHOUT = { NODE_OPTIONS: `--import=${fileURLToPath(new URL('../../support/no-hnswlib.mjs', import.meta.url))}` };

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

  it('says in the results its recall of as many neighbours as are asked for, and takes it from the cache', async () => {
    const first = await runToResults(experiment, ['--set', 'index=hnsw']);
    const found = { use: 'hnsw', vectors: 18, recall: 1 };
    assert.deepEqual(first.index, [
      { model: 'first', ...found, recallAt: 5 },
      { model: 'second', ...found, recallAt: 5 },
    ]);
    const again = await runToResults(experiment, ['--set', 'index=hnsw', '--set', 'accuracy.top=[1,2,5]']);
    assert.deepEqual(again.index, first.index);
    assert.ok(again.stages.find(({ name }) => name === 'index')?.cached);
    const deeper = await runToResults(experiment, ['--set', 'index=hnsw', '--set', 'accuracy.top=[7]']);
    assert.deepEqual(
      deeper.index?.map(({ recallAt }) => recallAt),
      [7, 7],
    );
  });

  it('finds the same nearest images as flat, in so small a set', async () => {
    const flat = await runToResults(experiment);
    const hnsw = await runToResults(experiment, ['--set', 'index=hnsw']);
    assert.deepEqual(hnsw.accuracy, flat.accuracy);
  });
});
