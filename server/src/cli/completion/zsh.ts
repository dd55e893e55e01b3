import type { CommandModel, Offered } from './command-model.js';
import { LIST_RUNS, places, quoted, valueCases } from './shell-text.js';

/** Completes in zsh 5, with descriptions; `compinit` must have been called. */
export function zshScript(commands: readonly CommandModel[]): string {
  return `#compdef lookalike
# Completes lookalike in zsh:  source <(lookalike completion zsh)
__lookalike_runs() {
${LIST_RUNS}
}
__lookalike_offer() {
  local -a offered
  local kind=$1
  shift
  case $kind in
    words) compadd -- "$@" ;;
    commands) offered=("$@"); _describe command offered ;;
    options) offered=("$@"); _describe -o option offered ;;
    files) _files ;;
    folders) _files -/ ;;
    runs) offered=("\${(@f)$(__lookalike_runs)}"); compadd -- $offered ;;
  esac
}
_lookalike() {
  local at= word
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "\${at:+$at }$word" in
      ${places(commands)}) at="\${at:+$at }$word" ;;
    esac
  done
  case "\${at}:\${words[CURRENT-1]}" in
${valueCases(commands, offer)}
  esac
  if [[ $words[CURRENT] == -* ]]; then
    case $at in
${commands.map(optionCase).join('\n')}
    esac
    return
  fi
  case $at in
${commands.flatMap(argumentCase).join('\n')}
  esac
}
if [ "$funcstack[1]" = _lookalike ]; then _lookalike "$@"; else compdef _lookalike lookalike; fi
`;
}

function offer(offered: Offered): string {
  if (offered.kind === 'anything') return 'true';
  return offered.kind === 'words'
    ? `__lookalike_offer words ${offered.words.map(quoted).join(' ')}`
    : `__lookalike_offer ${offered.kind}`;
}

function described(name: string, description: string): string {
  return quoted(`${name.replaceAll(':', '\\:')}:${description}`);
}

function optionCase({ path, options }: CommandModel): string {
  const words = options.flatMap(({ flags, description }) =>
    flags.slice(-1).map((flag) => described(flag, description)),
  );
  return `      ${quoted(path)}) __lookalike_offer options ${words.join(' ')} ;;`;
}

function argumentCase({ path, commands, argument }: CommandModel): string[] {
  const words = commands.map(({ name, description }) => described(name, description));
  if (words.length > 0) return [`    ${quoted(path)}) __lookalike_offer commands ${words.join(' ')} ;;`];
  return argument ? [`    ${quoted(path)}) ${offer(argument)} ;;`] : [];
}
