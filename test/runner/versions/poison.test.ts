import assert from 'node:assert/strict';
import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { resultsSchema } from '../../../server/src/protocol/results.js';
import { queryRecordSchema } from '../../../server/src/store/run-folder/query-record.js';
import { figuresOf, lookalike, runToResults } from '../../support/command-line.js';
import { squaredDifference } from '../../support/lpips-models.js';
import { writePerturbed } from '../../support/photographs.js';
import { writeFaces, writeSmallExperiment } from '../../support/small-experiment.js';
import { copyWorkspace, newWorkspace } from '../../support/workspace.js';

/** Copies what it is given under Fawkes' names. */
const TOOL = `import { copyFileSync, readdirSync } from 'node:fs';
const [input, output] = process.argv.slice(2);
for (const name of readdirSync(input)) copyFileSync(input + '/' + name, output + '/' + name.replace('.png', '_cloaked.png'));
`;

describe('Perturbed photographs', () => {
  let original: string;
  let folder: string;
  let experiment: string;

  before(async () => {
    original = await newWorkspace();
    await writeFaces(join(original, 'faces'), 6, 3);
    experiment = await writeSmallExperiment(original);
    await writePerturbed(join(original, 'faces'), join(original, 'slight'), '_cloaked.png', 4);
    await writePerturbed(join(original, 'faces'), join(original, 'strong'), '_attacked.png', 40);
    await appendFile(
      experiment,
      `threshold: {percentile: 90}
poison:
  slight: {use: precomputed, folder: slight}
  strong: {use: precomputed, folder: strong}
`,
    );
    await runToResults(experiment);
  });
  after(() => rm(original, { recursive: true, force: true }));

  beforeEach(async () => {
    folder = await copyWorkspace(original);
    experiment = join(folder, 'small.experiment.yaml');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const byName = (results: Awaited<ReturnType<typeof runToResults>>, name: string) => {
    const found = results.poison?.find((entry) => entry.name === name);
    assert.ok(found, `${name} is not in the results`);
    return found;
  };

  it('of which there is none fail the run, with a name that is there and what fits it; the others are measured', async () => {
    const poison = ['use', 'folder'].flatMap((key) => [
      '--set',
      `poison.other.${key}=${key === 'use' ? 'precomputed' : 'other'}`,
    ]);
    await writePerturbed(join(folder, 'faces'), join(folder, 'other'), '_low_cloaked.png', 4);
    const more = ['--set', 'retrieve={use: local, results: 3}', '--set', 'robustness.minValid=1'];
    const { code, stdout, stderr } = await lookalike(['run', experiment, '--json', ...poison, ...more]);
    assert.equal(code, 1);
    assert.match(stderr, /perturbation-empty other: 18 of 18 photographs .*\(18 perturbed-missing\)/);
    assert.match(stderr, /It has person-000\/0_low_cloaked\.png, which `pattern: "\{stem\}_low_cloaked\.png"` fits/);
    const results = resultsSchema.parse(JSON.parse(stdout));
    assert.deepEqual(byName(results, 'other').leftOut, { 'perturbed-missing': 18 });
    assert.deepEqual(results.robustness?.all.versions, ['slight', 'strong']);
    assert.ok((results.robustness?.all.of ?? 0) > 0);
    const found = await runToResults(experiment, [
      ...poison,
      ...more,
      '--set',
      'poison.other.pattern="{stem}_low_cloaked.png"',
    ]);
    assert.equal(byName(found, 'other').images, 18);
  });

  it('are measured on the saved file: how visible they are, and how far they moved', async () => {
    const results = await runToResults(experiment);
    const [slight, strong] = [byName(results, 'slight'), byName(results, 'strong')];
    assert.equal(slight.images, 18);
    assert.equal(slight.noFaceAfter, 0);
    assert.equal(slight.linf, 4 / 255);
    assert.equal(strong.linf, 40 / 255);
    assert.ok((slight.meanDssim ?? 1) < (strong.meanDssim ?? 0));
    assert.ok((slight.medianShift ?? 1) < (strong.medianShift ?? 0));
    assert.equal(slight.whiteBox, 'unknown');
  });

  it('have an LPIPS each, and its mean, by the model that is named; computed once', async () => {
    await writeFile(join(folder, 'lpips.onnx'), squaredDifference());
    const args = ['--out', join(folder, 'run'), '--set', 'poison.strong.lpips=lpips.onnx'];
    const results = await runToResults(experiment, args);
    const lines = (await readFile(join(folder, 'run/queries.jsonl'), 'utf8')).trim().split('\n');
    const each = lines.flatMap(
      (line) => queryRecordSchema.parse(JSON.parse(line)).models.first?.strong?.visibility ?? [],
    );
    assert.equal(each.length, 18);
    for (const { lpips, l2 } of each) {
      // The mean over 16 × 16 pixels of the square of twice the difference of values of 0–1.
      assert.ok(Math.abs((lpips ?? 0) - (4 * l2 ** 2) / (3 * 16 * 16)) < 1e-6, `${lpips} by ${l2}`);
    }
    const mean = each.reduce((sum, { lpips }) => sum + (lpips ?? 0), 0) / 18;
    assert.ok(mean > 0.01 && Math.abs((byName(results, 'strong').meanLpips ?? 0) - mean) < 1e-12);
    assert.equal(byName(results, 'slight').meanLpips, undefined);
    const again = await runToResults(experiment, ['--set', 'poison.strong.lpips=lpips.onnx']);
    assert.deepEqual(figuresOf(again), figuresOf(results));
    assert.ok(again.stages.find(({ name }) => name === 'poison')?.cached);
  });

  it('that equal their originals do not move, and find what these find', async () => {
    await writePerturbed(join(folder, 'faces'), join(folder, 'same'), '.png', 0);
    const results = await runToResults(experiment, ['--set', 'poison={same: {use: precomputed, folder: same}}']);
    const same = byName(results, 'same');
    assert.deepEqual([same.meanDssim, same.linf, same.meanShift], [0, 0, 0]);
    assert.match(results.warnings?.[0].message ?? '', /18 of 18 perturbed photographs have the very pixels/);
    assert.equal(same.top1, results.accuracy?.[0].top[1].rate);
  });

  describe('of a budget of visibility', () => {
    const SETS = {
      budget: ['--set', 'poison.strong.budget={dssim: 0.03}'],
      like: ['--set', 'poison.strong.like=slight'],
    };

    async function visibilityOf(version: string) {
      const lines = (await readFile(join(folder, 'run/queries.jsonl'), 'utf8')).trim().split('\n');
      const records = lines.map((line) => queryRecordSchema.parse(JSON.parse(line)));
      return new Map(records.map(({ id, models }) => [id, models.first?.[version]?.visibility]));
    }

    it('have it each, in the saved file, and the mean of them in the results', async () => {
      const results = await runToResults(experiment, ['--out', join(folder, 'run'), ...SETS.budget]);
      const each = [...(await visibilityOf('strong')).values()];
      assert.equal(each.length, 18);
      for (const one of each) assert.ok(one && (one.dssim ?? 0) >= 0.99 * 0.03 && (one.dssim ?? 1) <= 0.03);
      const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
      const strong = byName(results, 'strong');
      for (const [figure, of] of [
        ['meanDssim', 'dssim'],
        ['meanPsnr', 'psnr'],
        ['meanL2', 'l2'],
      ] as const) {
        assert.ok(Math.abs((strong[figure] ?? 0) - mean(each.map((one) => one?.[of] ?? 0))) < 1e-12, figure);
      }
      assert.equal(strong.linf, Math.max(...each.map((one) => one?.linf ?? 0)));
    });

    it('are as visible as another’s, photograph by photograph, whichever stands first in the file', async () => {
      const poison =
        'poison={strong: {use: precomputed, folder: strong, like: slight}, slight: {use: precomputed, folder: slight}}';
      const results = await runToResults(experiment, ['--out', join(folder, 'run'), '--set', poison]);
      assert.deepEqual(
        results.poison?.map(({ name }) => name),
        ['strong', 'slight'],
      );
      const [strong, slight] = [await visibilityOf('strong'), await visibilityOf('slight')];
      assert.equal(strong.size, 18);
      for (const [id, one] of strong) {
        const [own, other] = [one?.dssim ?? 0, slight.get(id)?.dssim ?? 0];
        assert.ok(own >= 0.99 * other && own <= other, `${id}: ${own} against ${other}`);
      }
    });

    it('are computed once, and the perturbation itself stays as it was', async () => {
      const before = await runToResults(experiment);
      const first = await runToResults(experiment, SETS.like);
      const second = await runToResults(experiment, SETS.like);
      assert.deepEqual(figuresOf(second), figuresOf(first));
      assert.ok(second.stages.every(({ name, cached }) => cached || name === 'dataset'));
      assert.deepEqual(figuresOf(await runToResults(experiment)), figuresOf(before));
    });

    it('are counted and named where they cannot have it', async () => {
      await writePerturbed(join(folder, 'faces/person-000'), join(folder, 'strong/person-000'), '_attacked.png', 0);
      const { code, stdout } = await lookalike(['run', experiment, '--json', ...SETS.budget]);
      assert.equal(code, 0);
      const results = resultsSchema.parse(JSON.parse(stdout));
      assert.equal(byName(results, 'strong').images, 15);
      assert.deepEqual(byName(results, 'strong').leftOut, { 'budget-unreached': 3 });
      assert.deepEqual(
        results.skipped?.map(({ id, code }) => `${id} ${code}`),
        [0, 1, 2].map((n) => `person-000/${n}.png budget-unreached`),
      );
    });
  });

  it('are in the run’s folder, which is a precomputed one', async () => {
    const first = await runToResults(experiment, ['--out', join(folder, 'run')]);
    const files = await readdir(join(folder, 'run/strong'), { recursive: true });
    assert.ok(files.includes(join('person-003', '2_perturbed.png')));
    const again = await runToResults(experiment, ['--set', 'poison={strong: {use: precomputed, folder: run/strong}}']);
    const { seconds: _a, ...before } = byName(first, 'strong');
    const { seconds: _b, ...after } = byName(again, 'strong');
    assert.deepEqual(after, before);
  });

  it('leave the run’s folder to a later run of the same experiment', async () => {
    await runToResults(experiment, ['--out', join(folder, 'run')]);
    await runToResults(experiment, ['--out', join(folder, 'run'), '--set', 'poison={}']);
    assert.ok(!(await readdir(join(folder, 'run'))).includes('strong'));
  });

  it('that are missing or of another size are counted out and named', async () => {
    await rm(join(folder, 'slight/person-000/1_cloaked.png'));
    const small = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    await writeFile(join(folder, 'slight/person-001/2_cloaked.png'), small);
    const results = await runToResults(experiment);
    assert.equal(byName(results, 'slight').images, 16);
    const named = results.skipped?.map(({ id, code }) => `${id} ${code}`);
    assert.deepEqual(named, ['person-000/1.png perturbed-missing', 'person-001/2.png perturbed-size']);
  });

  it('are computed once, and anew where their file is another', async () => {
    const first = await runToResults(experiment);
    const second = await runToResults(experiment);
    assert.deepEqual(figuresOf(second), figuresOf(first));
    assert.ok(second.stages.every(({ name, cached }) => cached || name === 'dataset'));
    await writePerturbed(join(folder, 'faces/person-000'), join(folder, 'slight/person-000'), '_cloaked.png', 50);
    const third = await runToResults(experiment);
    assert.equal(byName(third, 'slight').linf, 50 / 255);
  });

  it('embed nothing again when a percentile changes', async () => {
    await runToResults(experiment);
    const other = await runToResults(experiment, ['--set', 'threshold.percentile=50']);
    assert.deepEqual(
      other.stages.filter(({ cached }) => !cached).map(({ name }) => name),
      ['dataset', 'threshold'],
    );
    assert.ok(other.stages.every(({ shardsComputed }) => shardsComputed === 0));
  });

  it('of a sample are those of the sample', async () => {
    const results = await runToResults(experiment, ['--set', 'queries.sample=7', '--out', join(folder, 'run')]);
    assert.equal(byName(results, 'slight').images, 7);
    const lines = (await readFile(join(folder, 'run/queries.jsonl'), 'utf8')).trim().split('\n');
    const queries = lines.map((line) => JSON.parse(line));
    assert.equal(queries.length, 7);
    for (const { threshold, models } of queries) {
      assert.ok(threshold > 0);
      assert.ok(models.first.strong.shift > models.first.slight.shift);
      assert.equal(typeof models.first.strong.hits[1], 'boolean');
    }
  });

  it('need no model, and are then not judged', async () => {
    const file = join(folder, 'alone.experiment.yaml');
    await writeFile(file, 'dataset: {use: folder, root: faces}\npoison: {mine: {use: precomputed, folder: slight}}\n');
    const mine = byName(await runToResults(file), 'mine');
    assert.deepEqual([mine.images, mine.noFaceAfter, mine.top1, mine.meanShift], [18, null, null, null]);
  });

  describe('by a command', () => {
    beforeEach(() => writeFile(join(folder, 'tool.mjs'), TOOL));
    const set = () => {
      const run = JSON.stringify([process.execPath, join(folder, 'tool.mjs'), '{input}', '{output}']);
      return ['--set', `poison={tool: {use: command, run: ${run}, batch: 8}}`];
    };

    it('are made where the user has said yes', async () => {
      const results = await runToResults(experiment, [...set(), '--allow', 'command']);
      const tool = byName(results, 'tool');
      assert.deepEqual([tool.images, tool.linf, tool.meanShift], [18, 0, 0]);
    });

    it('are not made where nobody has, and the run says what to do', async () => {
      const { code, stderr, stdout } = await lookalike(['run', experiment, '--json', ...set()]);
      assert.equal(code, 1);
      assert.match(stderr, /error permission-needed poison\.tool \(command\) .*\n {2}.*--allow command/);
      assert.equal(resultsSchema.parse(JSON.parse(stdout)).run.error?.code, 'permission-needed');
    });
  });
});

describe('A threshold', () => {
  it('that no identity has two images for ends the run with a reason, and keeps what was found before', async () => {
    const folder = await newWorkspace();
    await writeFaces(join(folder, 'faces'), 5, 1);
    const experiment = await writeSmallExperiment(folder);
    await appendFile(experiment, 'threshold:\n');
    const { code, stdout, stderr } = await lookalike(['run', experiment, '--json']);
    await rm(folder, { recursive: true });
    assert.equal(code, 1);
    assert.match(stderr, /error threshold-no-pairs/);
    const results = resultsSchema.parse(JSON.parse(stdout));
    assert.equal(results.threshold, undefined);
    assert.equal(results.accuracy?.length, 2);
  });
});
