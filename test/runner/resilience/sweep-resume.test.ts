import assert from 'node:assert/strict';
import { appendFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type SweepDocument, sweepDocumentSchema } from '../../../server/src/protocol/runs/sweep.js';
import { figuresOf, lookalike } from '../../support/command-line.js';
import { FULL } from '../../support/full.js';
import { watchedWrites, writesIn } from '../../support/kill-at-write.js';
import { writeFaces, writeSmallExperiment } from '../../support/small-experiment.js';
import { copyWorkspace, newWorkspace } from '../../support/workspace.js';

const MATRIX = 'queries: {sample: 6}\nmatrix:\n  accuracy.top: [[1], [1, 2]]\n  queries.seed: [1, 2]\n';
const MOMENTS = FULL ? 10 : 2;
const PROGRAMS = ['cli', 'runner'] as const;

async function sweep(file: string, env?: NodeJS.ProcessEnv): Promise<SweepDocument> {
  const { code, stdout, stderr } = await lookalike(['run', file, '--json', '--progress', 'none'], { env });
  assert.equal(code, 0, stderr);
  return sweepDocumentSchema.parse(JSON.parse(stdout));
}

describe('A sweep that is killed', () => {
  let original: string;
  let file: string;
  let expected: SweepDocument;
  const writes = { cli: 0, runner: 0 };

  before(async () => {
    original = await newWorkspace();
    await writeFaces(join(original, 'faces'), 8, 3);
    await appendFile(await writeSmallExperiment(original), MATRIX);
    for (const program of PROGRAMS) {
      const reference = await copyWorkspace(original);
      const log = join(reference, 'writes.txt');
      expected = await sweep(join(reference, 'small.experiment.yaml'), watchedWrites(log, undefined, program));
      // Each of the four runners counts its own.
      writes[program] = (await writesIn(log)).length / (program === 'cli' ? 1 : 4);
      await rm(reference, { recursive: true });
    }
  });
  beforeEach(async () => {
    file = join(await copyWorkspace(original), 'small.experiment.yaml');
  });
  afterEach(() => rm(dirname(file), { recursive: true, force: true }));
  after(() => rm(original, { recursive: true, force: true }));

  for (const program of PROGRAMS) {
    for (let n = 0; n < MOMENTS; n++) {
      it(`in the ${program}, at a write (${n + 1} of ${MOMENTS}), goes on, and gives the same documents`, async () => {
        const moment = 1 + Math.floor(((n + 0.5) / MOMENTS) * writes[program]);
        const killed = await lookalike(['run', file, '--progress', 'none'], {
          env: watchedWrites(join(dirname(file), 'writes.txt'), moment, program),
        });
        assert.notEqual(killed.code, 0);
        const resumed = await sweep(file);
        assert.deepEqual(resumed.runs.map(figuresOf), expected.runs.map(figuresOf));
        assert.deepEqual(
          resumed.runs.map(({ run }) => run.variant),
          expected.runs.map(({ run }) => run.variant),
        );
      });
    }
  }

  it('between two variants computes none of those that were finished again', async () => {
    const started = await lookalike(['run', file, '--progress', 'json'], {
      onProgress: (stderr, child) => {
        if (stderr.match(/"run-finished"/g)?.length === 2) child.kill('SIGKILL');
      },
    });
    assert.equal(started.code, null);
    const done = started.stderr.match(/"type":"run-started","runId":"([^"]+)"/g)?.slice(0, 2) ?? [];
    const resumed = await sweep(file);
    const ids = resumed.runs.map(({ run }) => run.id);
    for (const [n, said] of done.entries()) assert.ok(said.includes(ids[n] ?? '-'), `${said} ${ids}`);
    assert.deepEqual(resumed.runs.map(figuresOf), expected.runs.map(figuresOf));

    const anew = await sweep(file);
    assert.notEqual(anew.sweep.id, resumed.sweep.id);
  });

  it('by Control-C ends all that goes on and begins nothing more', async () => {
    let isAsked = false;
    const { code, stderr } = await lookalike(['run', file, '--progress', 'json', '--jobs', '2'], {
      onProgress: (said, child) => {
        if (!isAsked && said.includes('"stage-started"')) isAsked = child.kill('SIGINT');
      },
    });
    assert.equal(code, 130, stderr);
    const ends = stderr.split('\n').flatMap((line) => (line.includes('"run-finished"') ? JSON.parse(line).status : []));
    assert.equal(ends.length, 4);
    assert.ok(
      ends.slice(-2).every((status) => status === 'cancelled'),
      ends.join(),
    );
    assert.deepEqual((await sweep(file)).runs.map(figuresOf), expected.runs.map(figuresOf));
  });
});
