import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { batchScript, passedVariables } from '../../../server/src/compute/executors/slurm-script.js';

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
