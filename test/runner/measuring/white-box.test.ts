import assert from 'node:assert/strict';
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lookalike, runToResults } from '../../support/command-line.js';
import { tinyEncoder, writeFaces } from '../../support/small-experiment.js';
import { newWorkspace } from '../../support/workspace.js';

const MADE_AGAINST = {
  'nobody-knows': '',
  'its-name': ', surrogates: [judge]',
  'a-copy': ', surrogates: [{use: onnx, file: elsewhere/net.onnx}]',
  'another-export': ', surrogates: [{use: onnx, file: export.onnx}]',
  'other-weights': ', surrogates: [{use: onnx, file: other.onnx}]',
  'another-kind': ', surrogates: [face-recognition]',
  'one-of-two': ', surrogates: [face-recognition, judge]',
};

describe('Whether a rate is white-box', () => {
  let folder: string;
  let file: string;

  before(async () => {
    folder = await newWorkspace();
    await writeFaces(join(folder, 'faces'), 2, 2);
    await mkdir(join(folder, 'elsewhere'));
    await writeFile(join(folder, 'judge.onnx'), tinyEncoder({ seed: 1 }));
    await copyFile(join(folder, 'judge.onnx'), join(folder, 'elsewhere/net.onnx'));
    // Another batch is another file with the same weights.
    await writeFile(join(folder, 'export.onnx'), tinyEncoder({ seed: 1, batch: 'n' }));
    await writeFile(join(folder, 'other.onnx'), tinyEncoder({ seed: 2 }));
    await writeFaces(join(folder, 'made'), 2, 2, 7);
    const poison = Object.entries(MADE_AGAINST).map(
      ([name, surrogates]) => `  ${name}: {use: precomputed, folder: made, pattern: "{id}"${surrogates}}\n`,
    );
    file = join(folder, 'box.experiment.yaml');
    await writeFile(
      file,
      `dataset: {use: folder, root: faces}\nembed: {models: [{use: onnx, name: judge, file: judge.onnx}]}\nthreshold: {percentile: 95}\npoison:\n${poison.join('')}retrieve: {use: local, results: 3}\nrobustness: {minValid: 1}\n`,
    );
  });
  after(() => rm(folder, { recursive: true }));

  it('is decided by the weights, wherever they lie, and unknown of a tool that does not say', async () => {
    const { poison = [], robustness } = await runToResults(file);
    const expected = {
      'nobody-knows': 'unknown',
      'its-name': true,
      'a-copy': true,
      'another-export': true,
      'other-weights': false,
      'another-kind': false,
      'one-of-two': true,
    };
    assert.deepEqual(Object.fromEntries(poison.map(({ name, whiteBox }) => [name, whiteBox])), expected);
    const { original, ...versions } = robustness?.withValid ?? {};
    const boxes = Object.entries(versions).map(([name, { whiteBox }]) => [name, whiteBox]);
    assert.deepEqual(Object.fromEntries(boxes), expected);
    assert.equal(original?.whiteBox, false);
  });

  it('is said in words beside the rate', async () => {
    const { stdout } = await lookalike(['run', file]);
    const line = (name: string) => stdout.split('\n').find((each) => each.includes(`│ ${name} `)) ?? '';
    assert.match(line('nobody-knows'), /\(white-box unknown\)/);
    assert.match(line('a-copy'), /\(white-box\)/);
    assert.doesNotMatch(line('other-weights'), /white-box/);
  });
});
