import { execFile } from 'node:child_process';
import { fail, ok, type Result } from '../../protocol/errors.js';

/** A controller that is busy answers late; one that is away keeps the commands trying for as long as they like. */
const LONGEST_MS = 60_000;
const MOST_OUTPUT = 2 ** 26;

/** Words by which Slurm's commands say that nobody answers, in any of its versions. */
const AWAY =
  /unable to contact|connection refused|communication connection failure|zero bytes|timed out|configuration source|configuration file|fetch config|not responding/i;
/** And that somebody has as many jobs as they may. */
const FULL =
  /submit limit|MaxSubmit|GrpSubmit|MaxJobCount|temporarily unable to accept|too many jobs|accounting\/QOS policy/i;
/** And that what a machine says of itself is not believed: its credentials are of another hour, or by another key. */
const UNBELIEVED = /authentication error|authentication credential|(expired|rewound|replayed|invalid) credential/i;

const ON_LOGIN_NODE = 'Run where Slurm’s commands work, a login node mostly, or without --executor slurm.';

/**
 * Runs one of Slurm's commands and gives what it printed. Problems: `cluster-missing` where it is not there,
 * `cluster-away` where nobody answers it, `cluster-queue-full`, and `cluster-refused` with its own words.
 */
export function slurmCommand(name: string, args: readonly string[]): Promise<Result<string>> {
  return new Promise((resolve) => {
    const options = { timeout: LONGEST_MS, killSignal: 'SIGKILL', maxBuffer: MOST_OUTPUT } as const;
    execFile(name, [...args], options, (error, stdout, stderr) => {
      if (!error) return resolve(ok(stdout));
      if (error.code === 'ENOENT') {
        return resolve(fail('cluster-missing', `There is no command ${name} here`, { hint: ON_LOGIN_NODE }));
      }
      const words = wordsOf(stderr) || error.message;
      if (FULL.test(words)) return resolve(full(name, words));
      if (error.killed || AWAY.test(words)) return resolve(away(name, error.killed ? 'it gave no answer' : words));
      const hint = UNBELIEVED.test(words)
        ? 'The clock of this machine is apart from the cluster’s, or its munge key is another: set the clock, or ask who runs the cluster.'
        : 'Change what its words name, by --executor-set key=value.';
      return resolve(fail('cluster-refused', `${name}: ${words}`, { hint }));
    });
  });
}

function full(name: string, words: string) {
  const hint = 'Run again when some of your jobs have ended, or ask for a higher limit: what is finished is kept.';
  return fail('cluster-queue-full', `${name}: ${words}`, { hint });
}

function away(name: string, words: string) {
  const hint = `Run again when \`sinfo\` answers: what is finished is kept. ${ON_LOGIN_NODE}`;
  return fail('cluster-away', `Slurm does not answer ${name}: ${words}`, { hint });
}

/** What a command says on standard error, without its own name before each line. */
function wordsOf(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.replace(/^\w+: (error: |fatal: )?/, '').trim());
  return [...new Set(lines.filter(Boolean))].join('; ');
}
