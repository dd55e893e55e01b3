import assert from 'node:assert/strict';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { SlurmExecutor } from '../../../server/src/compute/executors/slurm.js';
import { slurmCommand } from '../../../server/src/compute/executors/slurm-commands.js';
import type { QueueView, ShardWork } from '../../../server/src/plugins/declare.js';
import { slurm } from '../../../server/src/plugins/executors/slurm.js';
import { temporaryFolder } from '../../support/run-folder.js';

/** Slurm's commands as scripts, for states of a cluster that take an accounting database or a broken machine to bring about. */
describe('Slurm’s commands', () => {
  const folder = temporaryFolder();
  const { PATH } = process.env;
  beforeEach(() => {
    process.env.PATH = `${folder()}${delimiter}${PATH}`;
  });
  afterEach(() => {
    process.env.PATH = PATH;
  });

  async function command(name: string, script: string): Promise<void> {
    await writeFile(join(folder(), name), `#!/bin/bash\ncd '${folder()}'\n${script}\n`);
    await chmod(join(folder(), name), 0o755);
  }

  // As Slurm 20 to 24 say it.
  for (const [said, code, hint] of [
    [
      'sbatch: error: AssocMaxSubmitJobLimit\nsbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user’s size and/or time limits)',
      'cluster-queue-full',
      /higher limit/,
    ],
    ['sbatch: error: Slurm temporarily unable to accept job, sleeping and retrying', 'cluster-queue-full', /Run again/],
    ['squeue: error: slurm_receive_msg: Socket timed out on send/recv operation', 'cluster-away', /sinfo/],
    ['slurm_load_jobs error: Unable to contact slurm controller (connect failure)', 'cluster-away', /login node/],
    ['sbatch: error: Batch job submission failed: Protocol authentication error', 'cluster-refused', /clock/],
    ['sbatch: error: Munge decode failed: Rewound credential', 'cluster-refused', /clock/],
    ['sbatch: error: Munge decode failed: Expired credential', 'cluster-refused', /clock/],
    ['sbatch: error: Batch job submission failed: Node count specification invalid', 'cluster-refused', /executor-set/],
  ] as const) {
    it(`that say "${said.split('\n')[0]}" are ${code}`, async () => {
      await command('sbatch', `cat >&2 <<'WORDS'\n${said}\nWORDS\nexit 1`);
      const done = await slurmCommand('sbatch', []);
      assert.ok(!done.ok);
      assert.equal(done.problem.code, code);
      assert.match(`${done.problem.hint}`, hint);
    });
  }

  describe('where the queue takes three tasks', () => {
    const work = (shards: number): ShardWork => ({
      plan: folder(),
      shards: Array.from({ length: shards }, (_, n) => n),
      secondsPerShard: undefined,
      alone: true,
      logs: folder(),
      avoid: [],
      command: ['lookalike'],
    });

    beforeEach(async () => {
      await writeFile(join(folder(), 'queue'), '');
      await command('scontrol', 'echo "MaxArraySize            = 1001"');
      await command('squeue', 'cat queue');
      await command(
        'sbatch',
        `for word in "$@"; do case $word in
--array=0-*) last=\${word#--array=0-};;
--job-name=*) name=\${word#--job-name=};;
esac; done
if [ $(($(wc -l < queue) + last + 1)) -gt 3 ]; then
  echo 'sbatch: error: QOSMaxSubmitJobPerUserLimit' >&2
  exit 1
fi
for task in $(seq 0 $last); do echo "1|$name|$task|RUNNING|None|n1" >> queue; done
grep '^first=' "\${@: -1}" >> submitted
echo 1`,
      );
    });

    it('hands over as much as there is room for, and the rest later, each shard once', async () => {
      const executor = new SlurmExecutor(slurm.params.parse({}));
      const submitted = await executor.submit(work(7));
      assert.ok(submitted.ok);
      const views: QueueView[] = [];
      for await (const view of executor.watch(submitted.value, new AbortController().signal)) {
        views.push(view);
        if (submitted.value.left.length === 0) break;
        await writeFile(join(folder(), 'queue'), '');
      }
      // Those that wait for room are no lost ones.
      assert.deepEqual([...(views[0]?.alive ?? [])].sort(), [0, 1, 2, 3, 4, 5, 6]);
      const lists = (await readFile(join(folder(), 'submitted'), 'utf8')).match(/\d+/g)?.map(Number);
      assert.deepEqual(lists, [0, 1, 2, 3, 4, 5, 6]);
    });

    it('says so where there is room for none', async () => {
      await writeFile(join(folder(), 'queue'), '1|other|0|RUNNING|None|n1\n'.repeat(3));
      const submitted = await new SlurmExecutor(slurm.params.parse({})).submit(work(2));
      assert.ok(!submitted.ok);
      assert.equal(submitted.problem.code, 'cluster-queue-full');
    });
  });
});
