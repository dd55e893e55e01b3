import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { figuresOf, lookalike, runToResults } from '../../support/command-line.js';
import { writeFaces, writeSmallExperiment } from '../../support/small-experiment.js';
import { newWorkspace } from '../../support/workspace.js';

describe('A full disk (skipped where a small one cannot be mounted: Linux, as root)', () => {
  let folder: string;
  let disk: string;

  before(async function () {
    folder = await newWorkspace();
    disk = join(folder, 'disk');
    mkdirSync(disk);
    try {
      mount('size=176k');
    } catch {
      this.skip();
    }
  });
  after(async () => {
    execFileSync('umount', [disk], { stdio: 'ignore' });
    await rm(folder, { recursive: true, force: true });
  });

  function mount(options: string): void {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', disk], { stdio: 'ignore' });
  }

  it('fails the run with what to do, and keeps what was finished for the next', async () => {
    const original = await newWorkspace();
    await writeFaces(join(original, 'faces'), 60, 5);
    const root = join(original, 'faces');
    const expected = await runToResults(await writeSmallExperiment(original, `{use: folder, root: ${root}}`));
    await cp(join(original, 'small.experiment.yaml'), join(disk, 'small.experiment.yaml'));
    for (const model of ['first.onnx', 'second.onnx']) await cp(join(original, model), join(disk, model));
    mkdirSync(join(disk, '.git'));

    const { code, stderr } = await lookalike(['run', join(disk, 'small.experiment.yaml')]);
    assert.equal(code, 1, stderr);
    assert.match(stderr, /error disk-full .*\n {2}Free some space and run again/);

    execFileSync('mount', ['-o', 'remount,size=8m', disk]);
    const resumed = await runToResults(join(disk, 'small.experiment.yaml'));
    assert.deepEqual(figuresOf(resumed), figuresOf(expected));
    await rm(original, { recursive: true });
  });
});
