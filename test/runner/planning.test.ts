import assert from 'node:assert/strict';
import { appendFile, cp, readdir, readFile, rm, stat, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { readExperiment } from '../../server/src/experiment/read.js';
import { plugins } from '../../server/src/plugins/registry.js';
import { planRun, planRuns, together } from '../../server/src/runner/planning/plan.js';
import { sha256 } from '../../server/src/store/files.js';
import { HOME_NAME } from '../../server/src/store/home.js';
import { lookalike, runToResults } from '../support/command-line.js';
import { FULL } from '../support/full.js';
import { writeSmallExperiment } from '../support/small-experiment.js';
import { newWorkspace } from '../support/workspace.js';

const DRAWN = '{use: synthetic, identities: 6, images: 2, size: 96}';

describe('Planning', () => {
  let folder: string;
  let experiment: string;
  const home = () => join(folder, HOME_NAME);

  before(async () => {
    folder = await newWorkspace();
    experiment = await writeSmallExperiment(folder, DRAWN);
    await runToResults(experiment);
    await cp(home(), join(folder, 'whole'), { recursive: true, preserveTimestamps: true });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function plan() {
    const { spec } = readExperiment(await readFile(experiment, 'utf8'), { file: experiment, env: {}, plugins });
    assert.ok(spec);
    const planned = await planRun(spec, plugins, home(), 'cpu');
    assert.ok(planned.ok);
    return planned.value;
  }

  it('knows every image that the product drew itself as soon as the first run has ended', async () => {
    const { stdout } = await lookalike(['plan', experiment]);
    assert.match(stdout, /dataset +│ synthetic +│ 12 +│ 12 /);
    assert.match(stdout, /embed +│ first +│ 12 +│ 12 +│ 0 s/);
  });

  it('of a matrix counts what variants share once, by variant and together', async () => {
    const file = join(folder, 'swept.experiment.yaml');
    const text = (await readFile(experiment, 'utf8')).replace('name: first', 'name: first, mean: [0.4, 0.4, 0.4]');
    await writeFile(file, `${text}queries: {sample: 4}\nmatrix: {queries.seed: [1, 2, 3]}\n`);
    const { spec, matrix } = readExperiment(await readFile(file, 'utf8'), { file, env: {}, plugins });
    assert.ok(spec && matrix);
    const specs = matrix.variants.flatMap((variant) => variant.spec ?? []);
    const planned = await planRuns(specs, plugins, home(), 'cpu');
    assert.ok(planned.ok);
    const embedded = planned.value.map((work) => work.flatMap((one) => (one.label === 'first' ? one.cached : [])));
    assert.deepEqual(embedded, [[0], [12], [12]]);
    const [first, ...others] = together(planned.value).filter(({ label }) => label === 'first');
    assert.deepEqual([first?.total, first?.cached, others.length], [36, 24, 0]);
    const { stdout } = await lookalike(['plan', file]);
    assert.match(
      stdout,
      /variant +│ embed first .*\n[\s\S]*seed=1 +│ 12 of 12 [\s\S]*seed=2 +│ 0 of 12 [\s\S]*seed=3 +│ 0 of 12 /,
    );
    assert.match(stdout, /together.*\n[\s\S]*embed +│ first +│ 36 +│ 24 /);
  });

  it('changes nothing in the private folder, whatever was done to a file there', async function () {
    this.timeout(300_000);
    const files = await filesIn(home());
    const damages = Object.keys(DAMAGES) as (keyof typeof DAMAGES)[];
    const damaged = fc.array(fc.tuple(fc.constantFrom(...files), fc.constantFrom(...damages)), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(damaged, async (list) => {
        await rm(home(), { recursive: true });
        await cp(join(folder, 'whole'), home(), { recursive: true, preserveTimestamps: true });
        for (const [file, damage] of list) await DAMAGES[damage](join(home(), file)).catch(() => undefined);
        const before = await snapshot(home());
        await plan();
        assert.deepEqual(await snapshot(home()), before);
      }),
      { seed: 5, numRuns: FULL ? 600 : 60, examples: [[[[listOf(files), 'cut']]], [[[drawnOf(files), 'gone']]]] },
    );
  });

  it('does not count what a shard’s list or length shows to be damaged', async () => {
    for (const [pattern, damage] of [
      [/embeddings\/.*\.jsonl$/, 'cut'],
      [/embeddings\/.*\.npy$/, 'longer'],
    ] as const) {
      await rm(home(), { recursive: true });
      await cp(join(folder, 'whole'), home(), { recursive: true, preserveTimestamps: true });
      for (const file of await filesIn(home())) if (pattern.test(file)) await DAMAGES[damage](join(home(), file));
      const embed = (await plan()).filter(({ stage }) => stage === 'embed');
      assert.deepEqual(
        embed.map(({ cached }) => cached),
        [0, 0],
      );
    }
  });
});

const DAMAGES = {
  longer: (file: string) => appendFile(file, '!'),
  cut: async (file: string) => truncate(file, Math.floor((await stat(file)).size / 2)),
  emptied: (file: string) => truncate(file, 0),
  gone: (file: string) => unlink(file),
  doubled: async (file: string) => writeFile(file, (await readFile(file)).toString('latin1').repeat(300), 'latin1'),
  altered: async (file: string) => {
    const bytes = await readFile(file);
    bytes[bytes.length >> 1] ^= 1;
    await writeFile(file, bytes);
  },
  beside: (file: string) => writeFile(`${file}.other`, 'not ours'),
};

const listOf = (files: readonly string[]) => files.find((file) => /embeddings\/.*\.jsonl$/.test(file)) ?? '';
const drawnOf = (files: readonly string[]) => files.find((file) => /datasets\/.*\.jpg$/.test(file)) ?? '';

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true });
  const kinds = await Promise.all(
    entries.map(async (name) => ((await stat(join(folder, name))).isFile() ? [name] : [])),
  );
  return kinds.flat().sort();
}

/** Of each file: what is in it, and when it was written. */
async function snapshot(folder: string): Promise<Record<string, string>> {
  const names = await filesIn(folder);
  const each = names.map(async (name) => {
    const file = join(folder, name);
    return [name, `${sha256(await readFile(file))} ${(await stat(file)).mtimeMs}`] as const;
  });
  return Object.fromEntries(await Promise.all(each));
}
