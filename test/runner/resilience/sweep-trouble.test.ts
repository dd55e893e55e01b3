import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { appendFile, cp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sweepDocumentSchema } from '../../../server/src/protocol/runs/sweep.js';
import { type CommandOptions, figuresOf, lookalike } from '../../support/command-line.js';
import { writeFaces, writeSmallExperiment } from '../../support/small-experiment.js';
import { newWorkspace } from '../../support/workspace.js';

const MATRIX = 'queries: {sample: 6}\nmatrix:\n  accuracy.top: [[1], [1, 2]]\n  queries.seed: [1, 2]\n';
/** Standard error of `--progress json` has so many runs that have ended. */
const ended = (stderr: string) => stderr.match(/"run-finished"/g)?.length ?? 0;

async function sweep(file: string, options?: CommandOptions) {
  const ran = await lookalike(['run', file, '--json', '--progress', 'json'], options);
  assert.ok(ran.stdout.startsWith('{'), ran.stderr);
  return { ...ran, document: sweepDocumentSchema.parse(JSON.parse(ran.stdout)) };
}

describe('A sweep in trouble', () => {
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await newWorkspace();
    await writeFaces(join(folder, 'faces'), 8, 3);
    file = await writeSmallExperiment(folder);
    await appendFile(file, MATRIX);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is of the file as it was when it began, whatever becomes of that, and an edited file begins anew', async () => {
    const text = await readFile(file, 'utf8');
    let isGone = false;
    const { code, document } = await sweep(file, {
      onProgress: (stderr) => {
        if (!isGone && stderr.includes('"run-started"')) rmSync(file);
        isGone ||= stderr.includes('"run-started"');
      },
    });
    assert.equal(code, 0);
    assert.deepEqual(
      document.runs.map(({ run }) => run.status),
      ['done', 'done', 'done', 'done'],
    );
    await writeFile(file, text.replace('[1, 2]\n', '[1, 2, 3]\n'));
    const edited = await sweep(file);
    assert.notEqual(edited.document.sweep.id, document.sweep.id);
    assert.equal(edited.document.runs.length, 6);
  });

  it('on a disk that is full from its fifth variant on keeps those before, and goes on with the others', async function () {
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      this.skip();
    }
    try {
      await writeFile(file, (await readFile(file, 'utf8')).replace('seed: [1, 2]', 'seed: [1, 2, 3]'));
      const expected = await sweep(file);
      for (const name of ['small.experiment.yaml', 'first.onnx', 'second.onnx', 'faces'])
        await cp(join(folder, name), join(disk, name), { recursive: true });
      mkdirSync(join(disk, '.git'));
      const filler = join(disk, 'filler');
      let isFull = false;
      const full = await sweep(join(disk, 'small.experiment.yaml'), {
        onProgress: (stderr) => {
          if (isFull || ended(stderr) < 4) return;
          isFull = true;
          for (let size = 2 ** 20; size >= 1; size /= 4) fill(filler, Buffer.alloc(size));
        },
      });
      assert.equal(full.code, 1, full.stderr);
      const whole = full.document.runs.filter(({ run }) => run.status === 'done').map(({ run }) => run.id);
      assert.ok(whole.length >= 4 && whole.length < 6, full.stderr);
      const { missing = [] } = full.document.sweep;
      const codes = [
        ...missing.map(({ problem }) => problem?.code),
        ...full.document.runs.map(({ run }) => run.error?.code),
      ];
      assert.ok(
        codes.every((code) => [undefined, 'disk-full', 'run-folder-unwritable', 'runner-crashed'].includes(code)),
        codes.join(),
      );
      rmSync(filler);
      const resumed = await sweep(join(disk, 'small.experiment.yaml'));
      assert.deepEqual(
        resumed.document.runs.slice(0, 4).map(({ run }) => run.id),
        whole.slice(0, 4),
      );
      assert.deepEqual(resumed.document.runs.map(figuresOf), expected.document.runs.map(figuresOf));
    } finally {
      execFileSync('umount', ['-l', disk], { stdio: 'ignore' });
    }
  });
});

/** Adds to a file until there is no room for more. */
function fill(file: string, bytes: Buffer): void {
  mkdirSync(dirname(file), { recursive: true });
  try {
    for (;;) writeFileSync(file, bytes, { flag: 'a' });
  } catch {
    // It is full.
  }
}
