import assert from 'node:assert/strict';
import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { resultsSchema } from '../../../server/src/protocol/results.js';
import { type SweepDocument, sweepDocumentSchema } from '../../../server/src/protocol/runs/sweep.js';
import { type CommandOptions, figuresOf, lookalike, runToResults } from '../../support/command-line.js';
import { writeFaces, writeSmallExperiment } from '../../support/small-experiment.js';
import { copyWorkspace, newWorkspace } from '../../support/workspace.js';

const MATRIX = 'queries: {sample: 6}\nmatrix:\n  accuracy.top: [[1], [1, 2]]\n  queries.seed: [1, 2]\n';

async function sweep(file: string, args: readonly string[] = [], options?: CommandOptions) {
  const ran = await lookalike(['run', file, '--json', '--progress', 'none', ...args], options);
  assert.ok(ran.stdout.startsWith('{'), ran.stderr);
  return { ...ran, document: sweepDocumentSchema.parse(JSON.parse(ran.stdout)) };
}

const variantsOf = ({ runs }: SweepDocument) => runs.map(({ run }) => run.variant);

describe('A sweep', () => {
  let original: string;
  let file: string;

  before(async () => {
    original = await newWorkspace();
    await writeFaces(join(original, 'faces'), 8, 3);
    await appendFile(await writeSmallExperiment(original), MATRIX);
  });
  beforeEach(async () => {
    file = join(await copyWorkspace(original), 'small.experiment.yaml');
  });
  afterEach(() => rm(dirname(file), { recursive: true, force: true }));
  after(() => rm(original, { recursive: true, force: true }));

  it('gives of each variant what a run with `--set` gives, and computes what they share once', async () => {
    const { code, document } = await sweep(file);
    assert.equal(code, 0);
    assert.deepEqual(document.sweep.axes, { 'accuracy.top': [[1], [1, 2]], 'queries.seed': [1, 2] });
    assert.deepEqual(variantsOf(document), [
      { 'accuracy.top': [1], 'queries.seed': 1 },
      { 'accuracy.top': [1], 'queries.seed': 2 },
      { 'accuracy.top': [1, 2], 'queries.seed': 1 },
      { 'accuracy.top': [1, 2], 'queries.seed': 2 },
    ]);
    const computed = document.runs.map(({ stages }) =>
      stages.reduce((sum, { shardsComputed }) => sum + shardsComputed, 0),
    );
    assert.deepEqual(computed.map(Boolean), [true, false, false, false]);

    const alone = join(await copyWorkspace(original), 'small.experiment.yaml');
    const text = await readFile(alone, 'utf8');
    await writeFile(alone, text.slice(0, text.indexOf('matrix:')));
    for (const results of document.runs) {
      const set = Object.entries(results.run.variant ?? {}).map(([path, value]) => `${path}=${JSON.stringify(value)}`);
      const own = await runToResults(
        alone,
        set.flatMap((one) => ['--set', one]),
      );
      assert.deepEqual(figuresOf(results), figuresOf(own));
    }
    await rm(dirname(alone), { recursive: true });
  });

  it('runs the variants that are asked for, and says what there is where there is none', async () => {
    const some = await sweep(file, ['--variant', 'accuracy.top=[1,2]', '--variant', 'queries.seed=2']);
    assert.deepEqual(variantsOf(some.document), [{ 'accuracy.top': [1, 2], 'queries.seed': 2 }]);
    for (const [wanted, says] of [
      ['queries.seed=3', /the axis "queries\.seed" has no such value\n {2}Valid here: 1, 2\./],
      ['queries.sede=1', /no axis of the matrix; did you mean "queries\.seed"/],
      ['queries.seed', /not of the form path=value/],
    ] as const) {
      const { code, stderr } = await lookalike(['run', file, '--variant', wanted]);
      assert.equal(code, 2);
      assert.match(stderr, says);
    }
  });

  it('puts a folder a variant and `sweep.json` into --out, each runnable as it stands', async () => {
    const out = join(dirname(file), 'out');
    const { document } = await sweep(file, ['--out', out, '--set', 'queries.sample=5', '--jobs', '2']);
    const written = JSON.parse(await readFile(join(out, 'sweep.json'), 'utf8'));
    assert.equal(written.id, document.sweep.id);
    const folders = written.variants.map(({ folder }: { folder: string }) => folder);
    assert.deepEqual((await readdir(out)).sort(), [...folders, 'sweep.json'].sort());
    const spec = await readFile(join(out, folders[3], 'spec.yaml'), 'utf8');
    assert.ok(!spec.includes('matrix') && spec.includes('top: [1, 2]') && spec.includes('sample: 5'), spec);
    const again = await runToResults(join(out, folders[3], 'spec.yaml'));
    assert.deepEqual(figuresOf(again), figuresOf(document.runs[3]!));

    const second = await sweep(file, ['--out', out, '--variant', 'queries.seed=1']);
    assert.equal(second.document.runs.length, 2);
    assert.equal((await readdir(out)).length, 3);
    await writeFile(join(out, 'mine.txt'), '');
    const refused = await lookalike(['run', file, '--out', out, '--variant', 'queries.seed=2']);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /run-folder-taken .*mine\.txt/);
  });

  it('goes on where a variant fails, and ends with the worst exit code', async () => {
    await appendFile(file, 'expect: ["accuracy.first.top2 >= 0%"]\n');
    const { code, document, stderr } = await sweep(file);
    assert.equal(code, 1, stderr);
    assert.deepEqual(
      document.runs.map(({ run }) => run.status),
      ['failed', 'failed', 'done', 'done'],
    );
  });

  it('has each of its runs repeated as it was', async () => {
    const { document } = await sweep(file, ['--variant', 'queries.seed=2', '--set', 'queries.sample=4']);
    const [, second] = document.runs;
    assert.ok(second);
    const again = await lookalike(['runs', 'rerun', second.run.id, '--json'], { cwd: dirname(file) });
    assert.equal(again.code, 0, again.stderr);
    assert.deepEqual(figuresOf(resultsSchema.parse(JSON.parse(again.stdout))), figuresOf(second));
  });

  it('refuses to be run as one experiment', async () => {
    const { code, stderr } = await lookalike(['export', file, '--to', join(dirname(file), 'embeddings')]);
    assert.equal(code, 2);
    assert.match(stderr, /variant-needed .* has 4 variants\n.*--variant/);
  });

  it('prints a row a variant, and seeds folded into their mean and spread', async () => {
    const { stdout } = await lookalike(['run', file, '--progress', 'none']);
    const [variants = '', folded = ''] = stdout.split('mean ± standard deviation over queries.seed');
    assert.equal(variants.match(/│ done/g)?.length, 4);
    assert.match(variants, /│ \[1,2\]\s+│/);
    assert.equal(folded.match(/│ 2 /g)?.length, 2);
    assert.match(folded, /\d % ± \d/);
  });

  it('says in JSON of which variant an event is', async () => {
    const { stderr } = await lookalike(['run', file, '--progress', 'json', '--variant', 'queries.seed=1']);
    const events = stderr.split('\n').flatMap((line) => (line.startsWith('{') ? JSON.parse(line) : []));
    const finished = events.filter(({ type }) => type === 'run-finished');
    assert.deepEqual(
      finished.map(({ variant, status }) => [variant, status]),
      [
        [{ 'accuracy.top': [1], 'queries.seed': 1 }, 'done'],
        [{ 'accuracy.top': [1, 2], 'queries.seed': 1 }, 'done'],
      ],
    );
  });
});
