import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether a shell is on this machine. */
export function hasShell(shell: string): boolean {
  return spawnSync(shell, ['-c', 'true']).status === 0;
}

/** As readline asks: the words of the line, the last of which is completed. */
const BASH = `source "$SCRIPT"
read -ra COMP_WORDS <<< "$LINE"
[[ $LINE == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
__lookalike
printf '%s\\n' "\${COMPREPLY[@]}" > "$OFFERED"`;

/** Types the line and a tab into a zsh of its own, in which what matches is also written down. */
const ZSH = `zmodload zsh/zpty
zpty inner zsh -f -i
until_said() { local said; zpty -r inner said "*$1*"; }
zpty -w inner 'RPS1= PS1="on""e> "'
until_said 'one> '
zpty -w inner 'autoload -Uz compinit; compinit -u -D; source "$SCRIPT"; compadd() { local -a hits; if [[ " $* " != *" -"[OAD]" "* ]]; then builtin compadd -O hits "$@"; print -rl -- $hits >> $OFFERED; fi; builtin compadd "$@" }; PS1="tw""o> "'
until_said 'two> '
zpty -n -w inner "$LINE"$'\\t\\x15'
zpty -w inner 'PS1="thre""e> "'
until_said 'three> '
zpty -d inner`;

const ASKING: Readonly<Record<string, readonly string[]>> = {
  bash: ['--norc', '-c', BASH],
  zsh: ['-f', '-c', ZSH],
  fish: ['-N', '-c', 'source $SCRIPT; complete -C "$LINE" > $OFFERED'],
};

/** What a shell offers behind a line in a folder, by a script that it was given; each once, sorted. */
export function offeredBy(shell: string, script: string, line: string, cwd: string): string[] {
  const offered = join(tmpdir(), `lookalike-offered-${process.pid}`);
  const env = { PATH: process.env.PATH, HOME: cwd, TERM: 'dumb', SCRIPT: script, LINE: line, OFFERED: offered };
  rmSync(offered, { force: true });
  const { status, stderr, error } = spawnSync(shell, ASKING[shell], { cwd, env, encoding: 'utf8', timeout: 60_000 });
  if (error || status !== 0) throw error ?? new Error(`${shell} ended with ${status}: ${stderr}`);
  const lines = readFileSync(offered, { encoding: 'utf8', flag: 'a+' }).split('\n');
  rmSync(offered, { force: true });
  // fish says beside each what it is.
  return [...new Set(lines.map((text) => text.split('\t')[0]).filter(Boolean))].sort();
}
