import type { ShardTask } from '../../plugins/declare.js';

/** Variables of the environment that a worker needs where they are set. What else is in it, passwords too, stays here. */
const PASSED = [
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LC_ALL', 'LD_LIBRARY_PATH', 'MODULEPATH', 'MODULESHOME'],
  'LOOKALIKE_MODELS',
];

export function passedVariables(env: NodeJS.ProcessEnv): string {
  return PASSED.filter((name) => env[name] !== undefined).join(',');
}

/** What each task of an array runs: its own shards, whose numbers stand in the script. */
export function batchScript(
  command: readonly string[],
  plan: string,
  tasks: readonly ShardTask[],
  { prelude, cores }: { readonly prelude: string; readonly cores: number },
): string {
  const worker = [...command, 'shard', plan].map(quoted).join(' ');
  return `#!/bin/bash${prelude ? ' -l' : ''}
export ELECTRON_RUN_AS_NODE=1 ORT_DISABLE_TELEMETRY=1
${prelude}
first=(${tasks.map(({ first }) => first).join(' ')})
count=(${tasks.map(({ count }) => count).join(' ')})
task=$SLURM_ARRAY_TASK_ID
exec ${worker} --index "\${first[$task]}" --count "\${count[$task]}" --threads ${cores}
`;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
