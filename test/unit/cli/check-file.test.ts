import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkFile } from '../../../server/src/cli/check.js';

describe('Checking a file on the command line', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lookalike-check-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('lists what is wrong from the first line to the last', async () => {
    const file = join(folder, 'wrong.experiment.yaml');
    await writeFile(file, 'dataset: celebA\nembed: face-recognition\nthreshold: {percentile: 195}\n');
    const checked = await checkFile(file, { plugin: [] });
    assert.ok(checked.ok);
    assert.deepEqual(
      checked.value.diagnostics.map(({ range, message }) => `${range.start.line}: ${message}`),
      [
        '1: The key "root" is required here',
        '1: There is no dataset named "celebA"; did you mean "celeba"?',
        '2: This must be a block of keys: its value belongs to "models"',
        '3: This must be at most 100',
      ],
    );
  });

  it('says whether a file is missing or a folder', async () => {
    const missing = await checkFile(join(folder, 'none.yaml'), { plugin: [] });
    const aFolder = await checkFile(folder, { plugin: [] });
    assert.ok(!missing.ok && !aFolder.ok);
    assert.equal(missing.problem.message, `There is no file ${join(folder, 'none.yaml')}`);
    assert.equal(aFolder.problem.message, `${folder} is a folder, not a file`);
  });
});
