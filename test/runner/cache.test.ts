import assert from 'node:assert/strict';
import { copyFile, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { figuresOf, lookalike, runToResults } from '../support/command-line.js';
import { patchwork, tinyEncoder, writeFaces, writeSmallExperiment } from '../support/small-experiment.js';
import { copyWorkspace, newWorkspace } from '../support/workspace.js';

describe('The cache', () => {
  let original: string;
  /** Of the run that filled the cache. */
  let first: Results;
  let folder: string;
  let experiment: string;

  before(async () => {
    original = await newWorkspace();
    await writeFaces(join(original, 'faces'), 30, 5);
    first = await runToResults(await writeSmallExperiment(original));
  });
  after(() => rm(original, { recursive: true, force: true }));

  beforeEach(async () => {
    folder = await copyWorkspace(original);
    experiment = join(folder, 'small.experiment.yaml');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('leaves nothing to compute for a second run, which gives the same results', async () => {
    const second = await runToResults(experiment);
    assert.deepEqual(figuresOf(second), figuresOf(first));
    assert.deepEqual(computed(first), { embed: 4 });
    assert.deepEqual(computed(second), {});
    assert.deepEqual(
      second.stages.filter(({ cached }) => cached).map(({ name }) => name),
      ['embed', 'index', 'accuracy'],
    );
  });

  it('computes one vector a model when one image is added', async () => {
    const before = await vectorsOn(folder);
    await writeFile(join(folder, 'faces/person-000/new.png'), await patchwork(1e6, 99));
    const after = await runToResults(experiment);
    assert.equal(after.images.total, 151);
    assert.equal((await vectorsOn(folder)) - before, 2);
  });

  it('computes nothing when an image is renamed, moved or there twice', async () => {
    const before = await vectorsOn(folder);
    await copyFile(join(folder, 'faces/person-000/0.png'), join(folder, 'faces/person-001/again.png'));
    const after = await runToResults(experiment);
    assert.equal(after.images.total, 151);
    assert.equal(await vectorsOn(folder), before);
  });

  it('embeds nothing again when only what follows changes', async () => {
    const other = await runToResults(experiment, ['--set', 'accuracy.top=[1,3]', '--set', 'queries.sample=40']);
    assert.deepEqual(computed(other), {});
    assert.deepEqual(Object.keys(other.accuracy?.[0].top ?? {}), ['1', '3']);
    assert.equal(other.accuracy?.[0].top[1].of, 40);
  });

  it('computes anew for another model in the same file', async () => {
    await writeFile(join(folder, 'first.onnx'), tinyEncoder({ seed: 3 }));
    const after = await runToResults(experiment);
    assert.deepEqual(computed(after), { embed: 2 });
    assert.notDeepEqual(after.accuracy?.[0], first.accuracy?.[0]);
    assert.deepEqual(after.accuracy?.[1], first.accuracy?.[1]);
  });

  it('is written and not read with --no-cache', async () => {
    const second = await runToResults(experiment, ['--no-cache']);
    assert.deepEqual(figuresOf(second), figuresOf(first));
    assert.deepEqual(computed(second), { embed: 4 });
  });

  for (const { what, pattern } of [
    { what: 'a matrix of vectors', pattern: /embeddings\/[^.]*\.npy$/ },
    { what: 'the list of a matrix', pattern: /embeddings\/.*\.jsonl$/ },
    { what: 'a list of neighbours', pattern: /neighbours\/.*ids\.npy$/ },
    { what: 'a seal', pattern: /neighbours\/.*seal\.json$/ },
  ]) {
    it(`does not believe ${what} that was cut short`, async () => {
      const [damaged] = await cacheFiles(folder, pattern);
      await truncate(damaged, 100);
      assert.deepEqual(figuresOf(await runToResults(experiment)), figuresOf(first));
    });
  }

  it('names a file that it found damaged', async () => {
    const [damaged] = await cacheFiles(folder, /embeddings\/[^.]*\.npy$/);
    const bytes = await readFile(damaged);
    bytes[bytes.length - 1] ^= 1;
    await writeFile(damaged, bytes);
    const { stderr } = await lookalike(['run', experiment, '--progress', 'json']);
    const event = { type: 'warning', problem: { code: 'cache-damaged' } };
    const found = stderr.split('\n').find((line) => line.includes(event.problem.code));
    assert.ok(found?.includes(damaged), stderr);
  });

  for (const { which, flags } of [
    { which: 'one', flags: [['--no-cache'], []] },
    { which: 'both', flags: [['--no-cache'], ['--no-cache']] },
  ]) {
    it(`is shared by two runs at once, ${which} with --no-cache`, async () => {
      const alone = figuresOf(first);
      const both = await Promise.all(flags.map((args) => runToResults(experiment, args)));
      for (const results of both) assert.deepEqual(figuresOf(results), alone);
    });
  }

  it('is shared by two runs of one file at once, each of which gives the results of one', async () => {
    const alone = figuresOf(first);
    await rm(join(folder, '.lookalike'), { recursive: true });
    const both = await Promise.all([runToResults(experiment), runToResults(experiment)]);
    for (const one of both) assert.deepEqual(figuresOf(one), alone);
    assert.equal((computed(both[0]).embed ?? 0) + (computed(both[1]).embed ?? 0), 4);
    assert.notEqual(both[0].run.id, both[1].run.id);
  });
});

type Results = Awaited<ReturnType<typeof runToResults>>;

/** How many shards each stage computed, without those that computed none. */
function computed({ stages }: Results): Record<string, number> {
  return Object.fromEntries(
    stages.flatMap(({ name, shardsComputed }) => (shardsComputed ? [[name, shardsComputed]] : [])),
  );
}

async function cacheFiles(folder: string, pattern: RegExp): Promise<string[]> {
  const cache = join(folder, '.lookalike/cache');
  const names = await readdir(cache, { recursive: true });
  return names
    .filter((name) => pattern.test(name))
    .map((name) => join(cache, name))
    .sort();
}

async function vectorsOn(folder: string): Promise<number> {
  const lists = await cacheFiles(folder, /embeddings\/.*\.jsonl$/);
  const headers = await Promise.all(
    lists.map(async (file) => JSON.parse((await readFile(file, 'utf8')).split('\n')[0])),
  );
  return headers.reduce((sum, { rows }) => sum + rows, 0);
}
