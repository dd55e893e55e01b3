import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { batchScript, passedVariables } from '../../../server/src/compute/executors/slurm-script.js';
import { executorSettings, readExecutor } from '../../../server/src/experiment/executor.js';
import type { Plugin } from '../../../server/src/plugins/declare.js';
import { plugins } from '../../../server/src/plugins/registry.js';

describe('The script of a job array', () => {
  /** What task `n` would start, as the shell reads it: `command` is a program that prints its arguments a line each. */
  const argumentsOf = (plan: string, n: number, prelude = '') => {
    const tasks = [0, 10, 20].map((first) => ({ first, count: first === 20 ? 7 : 10 }));
    const script = batchScript(['printf', '%s\\n'], plan, tasks, { prelude, cores: 3 });
    const env = { PATH: process.env.PATH, SLURM_ARRAY_TASK_ID: String(n) };
    return execFileSync('bash', ['-c', script], { env, encoding: 'utf8' }).trimEnd().split('\n');
  };

  it('hands each task its own shards, the last one what remains', () => {
    const taken = [0, 1, 2].map((n) => argumentsOf('/plan', n));
    assert.deepEqual(taken[0], ['shard', '/plan', '--index', '0', '--count', '10', '--threads', '3']);
    assert.deepEqual(
      taken.map((words) => words.slice(3, 6)),
      [
        ['0', '--count', '10'],
        ['10', '--count', '10'],
        ['20', '--count', '7'],
      ],
    );
  });

  it('passes on a folder of any name', () => {
    for (const plan of [`/it's "here"`, '/a $(rm -rf x) `b` \\', '/ü %a']) assert.equal(argumentsOf(plan, 0)[1], plan);
  });

  it('runs the prelude before the work, which it may prepare', () => {
    assert.deepEqual(argumentsOf('/plan', 0, 'echo first').slice(0, 2), ['first', 'shard']);
  });

  it('takes no variable along that may hold a secret', () => {
    const env = { PATH: '/bin', HOME: '/home/ana', DATABASE_URL: 'postgres://ana:secret@db', HF_TOKEN: 'secret' };
    assert.equal(passedVariables(env), 'PATH,HOME');
  });
});

describe('executor local', () => {
  it('is what a run is handed nothing of, and takes no setting', () => {
    assert.deepEqual(readExecutor('local', {}, plugins), { ok: true, value: undefined });
    const odd = readExecutor('local', { cores: 2 }, plugins);
    assert.equal(odd.ok || odd.problem.code, 'executor-invalid');
  });
});

describe('Settings of an executor', () => {
  it('are read as YAML, and held against what it takes', () => {
    const given = executorSettings(['partition=gpu', 'cores=8', 'prelude=module load nodejs', 'options=[--qos=long]']);
    assert.ok(given.ok);
    const read = readExecutor('slurm', given.value, plugins);
    assert.ok(read.ok && read.value);
    const { partition, cores, gpus, options } = read.value.params;
    assert.deepEqual(
      { partition, cores, gpus, options },
      { partition: 'gpu', cores: 8, gpus: 0, options: ['--qos=long'] },
    );
  });

  for (const wrong of [
    'cores=0',
    'cores=two',
    'time=soon',
    'memory=lots',
    'options=[rm -rf /]',
    'nothing',
    '=1',
    'a.b=1',
  ]) {
    it(`are refused where they are ${wrong}`, () => {
      const given = executorSettings([wrong]);
      const read = given.ok ? readExecutor('slurm', given.value, plugins) : given;
      assert.equal(read.ok || read.problem.code, 'executor-invalid');
    });
  }

  it('are the same in the editor as on the command line', () => {
    const slurm = plugins.find(({ family, name }) => family === 'executor' && name === 'slurm');
    const { contributes } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
    const { properties } = contributes.configuration.properties['lookalike.executorSettings'];
    assert.deepEqual(Object.keys(properties), Object.keys((slurm as Plugin<'executor', z.ZodObject>).params.shape));
  });
});
