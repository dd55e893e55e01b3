import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmod, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { type Results, resultsSchema } from '../../server/src/protocol/results.js';
import { type Finished, figuresOf, runToResults } from '../support/command-line.js';
import { FULL } from '../support/full.js';
import { randomVectors } from '../support/random-vectors.js';
import { tinyEncoder } from '../support/small-experiment.js';
import { newWorkspace } from '../support/workspace.js';

const ENTRY = fileURLToPath(new URL('../../bin/lookalike.mjs', import.meta.url));
/** Of a photograph's side, in pixels: decoded progressively it takes tens of megabytes. */
const SIDE = 3000;
/** A run that lacks threads says so after 30 s. A command whose own Node lacks them waits for ever before its first line. */
const PATIENCE_MS = 50_000;

/** What a run may lack, as `ulimit` takes it: in kilobytes, processes, files, kilobytes of a file. */
const SHORTAGES: Readonly<Record<string, { option: string; levels: readonly number[] }>> = {
  'of memory (ulimit -d)': {
    option: '-d',
    levels: [150, 250, 350, 450, 550, 600, 700, 850, 1000, 1400].map((megabytes) => megabytes * 1024),
  },
  'of addresses (ulimit -v)': {
    option: '-v',
    levels: [0.7, 1, 1.5, 2, 3, 11, 12, 13, 16, 24].map((gigabytes) => Math.round(gigabytes * 2 ** 20)),
  },
  'of processes and threads (ulimit -u)': { option: '-u', levels: [4, 8, 12, 16, 20, 24, 28, 32, 40, 64] },
  'of file handles (ulimit -n)': { option: '-n', levels: [20, 24, 28, 32, 36, 40, 48, 56, 72, 128] },
  'of disk (ulimit -f)': { option: '-f', levels: [0, 1, 2, 3, 4, 6, 8, 16, 64, 512] },
};

describe('A shortage (skipped on Windows)', function () {
  this.timeout(600_000);
  let original: string;
  let expected: Results;

  before(async function () {
    if (process.platform === 'win32') this.skip();
    original = await newWorkspace();
    for (let n = 0; n < 8; n++) {
      const folder = join(original, 'faces', `person-${n >> 1}`);
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, `${n}.jpg`), await photograph(n));
    }
    // Whatever else is lacking, this is no photograph.
    await writeFile(join(original, 'faces/person-0/cut.jpg'), (await photograph(9)).subarray(0, 40_000));
    await writeFile(join(original, 'model.onnx'), tinyEncoder());
    await writeFile(
      join(original, 'large.experiment.yaml'),
      'dataset: {use: folder, root: faces}\nembed: {models: [{use: onnx, name: m, file: model.onnx}]}\naccuracy: {top: [1]}\n',
    );
    expected = await runToResults(join(original, 'large.experiment.yaml'), ['--no-cache']);
    assert.equal(expected.images.unreadable, 1);
    await rm(join(original, '.lookalike'), { recursive: true });
  });
  after(() => original && rm(original, { recursive: true, force: true }));

  for (const [what, { option, levels }] of Object.entries(SHORTAGES)) {
    for (const level of FULL ? levels : [levels[4]]) {
      it(`${what} at ${level} gives the results that there are without it, or none; and none later`, async () => {
        const folder = await newWorkspace();
        await cp(original, folder, { recursive: true });
        await chmod(folder, 0o777);
        const file = join(folder, 'large.experiment.yaml');
        const limited = await runWithin(option, level, file);
        const left = await endRunnersOf(folder);
        if (limited.code !== null) assert.equal(left, 0, 'No runner is left that never ends');
        // Below some limit Node cannot read the command's first file.
        if (limited.code === 1 && !limited.stderr.includes('bin/lookalike.mjs')) {
          assert.match(limited.stderr, /^error [\w-]+ \S/m);
          assert.doesNotMatch(limited.stderr, /\n\s+at /);
        }
        if (limited.code === 0) {
          assert.deepEqual(figuresOf(resultsSchema.parse(JSON.parse(limited.stdout))), figuresOf(expected));
        } else if (limited.stdout !== '') {
          const { run, accuracy = expected.accuracy } = resultsSchema.parse(JSON.parse(limited.stdout));
          // On a full disk even the end of a run may find no place.
          assert.ok(run.status === 'failed' || run.status === 'running', run.status);
          assert.deepEqual(accuracy, expected.accuracy);
        }
        console.log(
          `      ${limited.code === 0 ? 'the same results' : (limited.stderr.match(/error [\w-]+/)?.[0] ?? `ended with ${limited.code}`)}`,
        );
        assert.deepEqual(figuresOf(await runToResults(file)), figuresOf(expected));
        await rm(folder, { recursive: true });
      });
    }
  }
});

/** Noise in large squares, saved so that all of it must be in memory to be decoded. */
function photograph(seed: number): Promise<Buffer> {
  const data = Uint8ClampedArray.from(randomVectors(64, 3, 100 + (seed >> 1)).data, (value, at) => {
    return 128 + 60 * value + 10 * randomVectors(64, 3, seed).data[at];
  });
  return sharp(data, { raw: { width: 8, height: 8, channels: 3 } })
    .resize(SIDE, SIDE, { kernel: 'nearest' })
    .jpeg({ progressive: true })
    .toBuffer();
}

/** `lookalike run` in a shell that sets the limit first. Of processes root may have any number: it runs as nobody. */
function runWithin(option: string, level: number, file: string): Promise<Finished> {
  const command = `ulimit ${option} ${level} && exec "$0" "$@"`;
  const args = [process.execPath, ENTRY, 'run', file, '--json', '--progress', 'none'];
  const nobody = option === '-u' && process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const child = spawn('bash', ['-c', command, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, HOME: '/tmp' },
    timeout: PATIENCE_MS,
    killSignal: 'SIGKILL',
    ...nobody,
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

/** A runner outlives its starter, and one whose Node lacks threads waits for ever before its first line. */
async function endRunnersOf(folder: string): Promise<number> {
  let ended = 0;
  for (const pid of (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (!command.includes(`${folder}/`)) continue;
    process.kill(Number(pid), 'SIGKILL');
    ended++;
  }
  return ended;
}
