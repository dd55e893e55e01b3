import type { CommandModel, Offered } from './command-model.js';
import { LIST_RUNS, places, quoted, valueCases } from './shell-text.js';

/** Completes in bash 3 and later, without bash-completion. */
export function bashScript(commands: readonly CommandModel[]): string {
  return `# Completes lookalike in bash:  source <(lookalike completion bash)
__lookalike_runs() {
${LIST_RUNS}
}
__lookalike_offer() {
  local IFS=$'\\n'
  case $1 in
    words) COMPREPLY=($(compgen -W "$2" -- "$cur")) ;;
    files) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")) ;;
    folders) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- "$cur")) ;;
    runs) COMPREPLY=($(compgen -W "$(__lookalike_runs)" -- "$cur")) ;;
  esac
}
__lookalike() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} at= n
  COMPREPLY=()
  for ((n = 1; n < COMP_CWORD; n++)); do
    case "\${at:+$at }\${COMP_WORDS[n]}" in
      ${places(commands)}) at="\${at:+$at }\${COMP_WORDS[n]}" ;;
    esac
  done
  case "$at:$prev" in
${valueCases(commands, offer)}
  esac
  if [[ $cur == -* ]]; then
    case $at in
${commands.map(optionCase).join('\n')}
    esac
    return
  fi
  case $at in
${commands.flatMap(argumentCase).join('\n')}
  esac
}
complete -F __lookalike lookalike
`;
}

function offer(offered: Offered): string {
  if (offered.kind === 'anything') return 'true';
  return offered.kind === 'words'
    ? `__lookalike_offer words ${lines(offered.words)}`
    : `__lookalike_offer ${offered.kind}`;
}

function lines(words: readonly string[]): string {
  return `$${quoted(words.join('\\n'))}`;
}

function optionCase({ path, options }: CommandModel): string {
  return `      ${quoted(path)}) __lookalike_offer words ${lines(options.flatMap(({ flags }) => flags.slice(-1)))} ;;`;
}

function argumentCase({ path, commands, argument }: CommandModel): string[] {
  const names = commands.map(({ name }) => name);
  if (names.length > 0) return [`    ${quoted(path)}) __lookalike_offer words ${lines(names)} ;;`];
  return argument ? [`    ${quoted(path)}) ${offer(argument)} ;;`] : [];
}
