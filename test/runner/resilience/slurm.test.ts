import assert from 'node:assert/strict';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Results } from '../../../server/src/protocol/results.js';
import { computedFiles, timesComputed } from '../../support/cluster/shard-files.js';
import { HAS_SLURM, SlurmCluster } from '../../support/cluster/slurm.js';
import { type Finished, figuresOf, lookalike, runToResults } from '../../support/command-line.js';
import { FULL } from '../../support/full.js';
import { tinyEncoder, writeFaces } from '../../support/small-experiment.js';
import { copyWorkspace, newWorkspace } from '../../support/workspace.js';

const IDENTITIES = FULL ? 320 : 40;
const MODELS = ['first', 'second', 'third'];
/** Runs a command where the plan, which is its fourth argument or later, is hidden by an empty folder. */
const ELSEWHERE = `unshare --mount bash -c 'for word in "$@"; do if [ -d "$word" ]; then mount -t tmpfs none "$word"; fi; done; "$@"' bash`;
/** A search of more pairs is done by tasks: two for the queries of each model, in half of the photographs each. */
const PAIRS = 100 * IDENTITIES * 4;
const ON_SLURM = ['--executor', 'slurm', '--executor-set', 'cores=1', '--executor-set', `pairs=${PAIRS}`];

describe('executor slurm', function () {
  this.timeout(FULL ? 1_800_000 : 300_000);
  let cluster: SlurmCluster;
  /** Never computed in: three models over some hundred photographs, and one over four. */
  let [three, small] = ['', ''];
  let local: { figures: object; files: Record<string, string> };
  const opened: string[] = [];
  const open = async (original: string) => {
    const workspace = await copyWorkspace(original);
    opened.push(workspace);
    return workspace;
  };
  const fileOf = (workspace: string) => join(workspace, 'shards.experiment.yaml');
  const onSlurm = (workspace: string) => runToResults(fileOf(workspace), ON_SLURM, { env: cluster.env });
  const smallRun = async (env: NodeJS.ProcessEnv, ...settings: string[]) => {
    const more = settings.flatMap((setting) => ['--executor-set', setting]);
    return lookalike(['run', fileOf(await open(small)), ...ON_SLURM, ...more], { env });
  };

  async function original(identities: number, each: number, models: readonly string[]): Promise<string> {
    const workspace = await newWorkspace();
    opened.push(workspace);
    await writeFaces(join(workspace, 'faces'), identities, each);
    for (const [n, name] of models.entries())
      await writeFile(join(workspace, `${name}.onnx`), tinyEncoder({ seed: n + 1, dimension: 8 + n }));
    const used = models.map((name) => `{use: onnx, name: ${name}, file: ${name}.onnx}`).join(', ');
    const text = `dataset: {use: folder, root: faces}\nembed: {models: [${used}]}\nqueries: {sample: ${Math.min(100, identities * each)}}\nindex: flat\naccuracy: {top: [1]}\n`;
    await writeFile(fileOf(workspace), text);
    return workspace;
  }

  before(async function () {
    if (!HAS_SLURM) return this.skip();
    three = await original(IDENTITIES, 8, MODELS);
    small = await original(2, 2, ['only']);
    await writeFile(join(small, 'empty.conf'), '');
    const reference = await open(three);
    local = { figures: figuresOf(await runToResults(fileOf(reference))), files: await computedFiles(reference) };
    cluster = await SlurmCluster.start({ nodes: 3, cores: 1, maxArraySize: 2 });
  });

  after(async () => {
    await cluster?.stop();
    for (const workspace of opened) await rm(workspace, { recursive: true, force: true, maxRetries: 5 });
  });

  /** What a local run gives, each shard computed once and by nobody twice, and nothing left of it. */
  async function assertAsLocal(workspace: string, runs: readonly Results[]): Promise<void> {
    for (const results of runs) {
      assert.equal(results.run.executor, 'slurm');
      assert.deepEqual(withoutWaiting(figuresOf(results)), local.figures);
    }
    assert.deepEqual(await computedFiles(workspace), local.files);
    const times = await timesComputed(workspace);
    assert.deepEqual(
      [...times].filter(([, count]) => count > 1),
      [],
    );
    assert.deepEqual(await cluster.tasks(), []);
    assert.deepEqual(await plansLeft(workspace), []);
  }

  it('gives what a local run does, whatever is killed, drained or restarted, and computes nothing twice but what was killed', async () => {
    const workspace = await open(three);
    const killed = lookalike(['run', fileOf(workspace), ...ON_SLURM], { env: cluster.env });
    const [task] = await cluster.someRunning(2);
    await cluster.command('scancel', '--signal=KILL', '--full', task as string);
    await cluster.command('scontrol', 'update', 'NodeName=n2', 'State=DRAIN', 'Reason=test');
    const other = onSlurm(workspace);
    await cluster.restartController();
    process.kill(await runnerOf(workspace), 'SIGKILL');
    assert.equal((await killed).code, 1);
    // The second run of the file had waited for the first one, and takes its jobs over.
    const results = await other;
    await cluster.command('scontrol', 'update', 'NodeName=n2', 'State=RESUME');
    await assertAsLocal(workspace, [results]);
  });

  if (FULL) {
    it('loses nothing where one task in twenty is killed, of two runs at once', async () => {
      const workspace = await open(three);
      const random = seeded(7);
      let going = true;
      const runs = Promise.all([onSlurm(workspace), onSlurm(workspace)]).finally(() => {
        going = false;
      });
      const seen = new Set<string>();
      while (going) {
        for (const task of await cluster.tasks('RUNNING')) {
          if (!seen.has(task) && random() < 0.05)
            await cluster.command('scancel', '--signal=KILL', '--full', task).catch(() => undefined);
          seen.add(task);
        }
        await delay(200);
      }
      await assertAsLocal(workspace, await runs);
    });
  }

  it('leaves no task behind when it is cancelled', async () => {
    const workspace = await open(three);
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
    const { code, stderr } = await smallRun(cluster.env, 'prelude=echo no such module >&2; exit 3');
    assert.equal(code, 1);
    assert.match(stderr, /error shard-failed .*handed over 3 times, it ended as FAILED on n\d.*no such module/);
    const [, log] = /log of shard 0: (.*)/.exec(stderr) ?? [];
    assert.match(await readFile(`${log}`, 'utf8'), /no such module/);
    assert.deepEqual(await cluster.tasks(), []);
  });

  it('keeps a shard away from a machine whose disk is full, and from one that cannot see the folder', async () => {
    const full = '[ "$SLURMD_NODENAME" != n1 ] || ulimit -f 0';
    const blind = `exec() { if [ "$SLURMD_NODENAME" != n2 ]; then command "$@"; else ${ELSEWHERE} "$@"; fi; }`;
    const there = await open(small);
    const run = (file: string, ...more: string[]) => runToResults(file, more, { env: cluster.env });
    const results = await run(
      fileOf(there),
      ...ON_SLURM,
      '--executor-set',
      `prelude=${JSON.stringify(`${full}; ${blind}`)}`,
    );
    const here = await open(small);
    assert.deepEqual(figuresOf(results), figuresOf(await run(fileOf(here))));
    assert.deepEqual(await computedFiles(there), await computedFiles(here));
    assert.deepEqual(await cluster.tasks(), []);
  });

  it('names the partitions that there are where it is told another, and what it lacks of Slurm', async () => {
    assertProblem(await smallRun(cluster.env, 'partition=nope'), 1, 'cluster-refused', /Partitions here: main/);
    assertProblem(await smallRun(cluster.env, 'cores=64'), 1, 'cluster-refused', /Ask for less/);
    assertProblem(await smallRun({ ...cluster.env, PATH: '/nowhere' }), 1, 'cluster-missing', /login node/);
    assertProblem(await smallRun({ SLURM_CONF: join(small, 'empty.conf') }), 1, 'cluster-away', /sinfo/);
  });
});

/** Numbers from 0 to 1 (Park & Miller 1988). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

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
