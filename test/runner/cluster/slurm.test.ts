import assert from 'node:assert/strict';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { computedFiles, timesComputed } from '../../support/cluster/shard-files.js';
import { HAS_SLURM, SlurmCluster } from '../../support/cluster/slurm.js';
import { type Finished, figuresOf, lookalike, runToResults } from '../../support/command-line.js';
import { FULL } from '../../support/full.js';
import { tinyEncoder, writeFaces } from '../../support/small-experiment.js';
import { copyWorkspace, newWorkspace } from '../../support/workspace.js';

const IDENTITIES = FULL ? 320 : 64;
const MODELS = ['first', 'second', 'third'];
const ON_SLURM = ['--executor', 'slurm', '--executor-set', 'cores=1'];

describe('executor slurm', function () {
  this.timeout(FULL ? 1_200_000 : 120_000);
  let cluster: SlurmCluster;
  /** Never computed in. */
  let original: string;
  let local: { figures: object; files: Record<string, string> };
  const opened: string[] = [];
  const open = async () => {
    const workspace = await copyWorkspace(original);
    opened.push(workspace);
    return workspace;
  };
  const fileOf = (workspace: string) => join(workspace, 'three.experiment.yaml');
  const onSlurm = (workspace: string) => runToResults(fileOf(workspace), ON_SLURM, { env: cluster.env });

  before(async function () {
    if (!HAS_SLURM) return this.skip();
    original = await newWorkspace();
    await writeFaces(join(original, 'faces'), IDENTITIES, 8);
    for (const [n, name] of MODELS.entries())
      await writeFile(join(original, `${name}.onnx`), tinyEncoder({ seed: n + 1, dimension: 8 + n }));
    const models = MODELS.map((name) => `{use: onnx, name: ${name}, file: ${name}.onnx}`);
    await writeFile(
      fileOf(original),
      `dataset: {use: folder, root: faces}\nembed:\n  models: [${models.join(', ')}]\nindex: flat\naccuracy: {top: [1]}\n`,
    );
    const reference = await open();
    local = { figures: figuresOf(await runToResults(fileOf(reference))), files: await computedFiles(reference) };
    cluster = await SlurmCluster.start({ nodes: 3, cores: 1, maxArraySize: 3 });
  });

  after(async () => {
    await cluster?.stop();
    for (const workspace of [original, ...opened]) if (workspace) await rm(workspace, { recursive: true, force: true });
  });

  it('gives the documents and the bytes of a local run, to two runs of one file at once, and computes nothing twice', async () => {
    const workspace = await open();
    const runs = await Promise.all([onSlurm(workspace), onSlurm(workspace)]);
    for (const results of runs) {
      assert.equal(results.run.executor, 'slurm');
      assert.deepEqual(withoutWaiting(figuresOf(results)), local.figures);
    }
    assert.deepEqual(await computedFiles(workspace), local.files);
    const times = await timesComputed(workspace);
    assert.equal(times.size * 2, Object.keys(local.files).length);
    assert.deepEqual(new Set(times.values()), new Set([1]));
    assert.deepEqual(await plansLeft(workspace), []);
  });

  it('loses nothing to killed tasks, a drained node, a restarted controller and a killed run, which is taken over', async () => {
    const workspace = await open();
    const started = lookalike(['run', fileOf(workspace), ...ON_SLURM], { env: cluster.env });
    const [first] = await cluster.someRunning(2);
    await cluster.command('scancel', '--signal=KILL', '--full', first as string);
    await cluster.command('scontrol', 'update', 'NodeName=n2', 'State=DRAIN', 'Reason=test');
    await cluster.restartController();
    await cluster.someRunning(1);
    process.kill(await runnerOf(workspace), 'SIGKILL');
    assert.equal((await started).code, 1);
    const results = await onSlurm(workspace);
    await cluster.command('scontrol', 'update', 'NodeName=n2', 'State=RESUME');
    assert.deepEqual(withoutWaiting(figuresOf(results)), local.figures);
    assert.deepEqual(await computedFiles(workspace), local.files);
    const times = await timesComputed(workspace);
    assert.deepEqual(new Set(times.values()), new Set([1]));
    assert.deepEqual(await cluster.tasks(), []);
    assert.deepEqual(await plansLeft(workspace), []);
  });

  it('leaves no task behind when it is cancelled', async () => {
    const workspace = await open();
    let cancel = () => {};
    const started = lookalike(['run', fileOf(workspace), ...ON_SLURM], {
      env: cluster.env,
      onStart: (child) => {
        cancel = () => child.kill('SIGINT');
      },
    });
    await cluster.someRunning(1);
    cancel();
    assert.equal((await started).code, 130);
    assert.deepEqual(await cluster.tasks(), []);
    assert.deepEqual(await plansLeft(workspace), []);
  });

  it('hands a shard over three times, and then names it with the log of what happened', async () => {
    const workspace = await open();
    const prelude = 'prelude=echo no such module >&2; exit 3';
    const ended = await lookalike(['run', fileOf(workspace), ...ON_SLURM, '--executor-set', prelude], {
      env: cluster.env,
    });
    assert.equal(ended.code, 1);
    assert.match(ended.stderr, /error shard-failed .*handed over 3 times, it ended as FAILED on n\d.*no such module/);
    const [, log] = /log of shard 0: (.*)/.exec(ended.stderr) ?? [];
    assert.match(await readFile(`${log}`, 'utf8'), /no such module/);
    assert.deepEqual(await cluster.tasks(), []);
  });

  it('names the partitions that there are where it is told another', async () => {
    const workspace = await open();
    const ended = await lookalike(['run', fileOf(workspace), ...ON_SLURM, '--executor-set', 'partition=nope'], {
      env: cluster.env,
    });
    assertProblem(ended, 1, 'cluster-refused', /Partitions here: main/);
  });

  it('says where it lacks Slurm’s commands, or an answer to them', async () => {
    const workspace = await open();
    const missing = await lookalike(['run', fileOf(workspace), ...ON_SLURM], { env: { PATH: '/nowhere' } });
    assertProblem(missing, 1, 'cluster-missing', /login node/);
    const unanswered = await lookalike(['run', fileOf(workspace), ...ON_SLURM], {
      env: { SLURM_CONF: '/nowhere/slurm.conf' },
    });
    assertProblem(unanswered, 1, 'cluster-away', /sinfo/);
  });
});

function assertProblem({ code, stderr }: Finished, exit: number, problem: string, hint: RegExp): void {
  assert.equal(code, exit, stderr);
  assert.match(stderr, new RegExp(`error ${problem} `));
  assert.match(stderr, hint);
}

/** A run that waits for another says so, which the other does not. */
function withoutWaiting<T extends { warnings: readonly { code: string }[] }>(figures: T) {
  return { ...figures, warnings: figures.warnings.filter(({ code }) => code !== 'waiting-for-run') };
}

async function plansLeft(workspace: string): Promise<string[]> {
  const entries = await readdir(join(workspace, '.lookalike/cache/embeddings'), { recursive: true });
  return entries.filter((entry) => entry.includes('plans/'));
}

async function runnerOf(workspace: string): Promise<number> {
  const runs = join(workspace, '.lookalike/runs');
  const [run] = (await readdir(runs)).filter((name) => !name.includes('.'));
  return JSON.parse(await readFile(join(runs, `${run}`, 'run.json'), 'utf8')).pid;
}
