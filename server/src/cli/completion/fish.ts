import type { CommandModel, Offered } from './command-model.js';

/** Completes in fish 3, with descriptions. */
export function fishScript(commands: readonly CommandModel[]): string {
  return `# Completes lookalike in fish:  lookalike completion fish | source
function __lookalike_runs
    set -l folder $PWD
    while test -n "$folder"; and not test -d "$folder/.lookalike"; and not test -e "$folder/.git"
        set folder (string replace -r '/[^/]*$' '' -- $folder)
    end
    test -d "$folder/.lookalike/runs"; and command ls "$folder/.lookalike/runs" | string match -r '^[0-9a-z-]+$'
end
function __lookalike_at
    set -l at
    for word in (commandline -opc)[2..]
        switch (string join ' ' -- $at $word)
            case ${commands
              .slice(1)
              .map(({ path }) => fishQuoted(path))
              .join(' ')}
                set -a at $word
        end
    end
    test "$at" = "$argv[1]"
end
complete -c lookalike -f
${commands.flatMap(completions).join('\n')}
`;
}

function fishQuoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, '\\$&')}'`;
}

function completions({ path, commands, options, argument }: CommandModel): string[] {
  const at = `complete -c lookalike -n ${fishQuoted(`__lookalike_at ${fishQuoted(path)}`)}`;
  const below = commands.map(({ name, description }) => `${at} -a ${fishQuoted(name)} -d ${fishQuoted(description)}`);
  const named = options.map(({ flags, description, value }) => {
    const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
    return [at, ...names, ...(value ? optionValue(value) : []), `-d ${fishQuoted(description)}`].join(' ');
  });
  const own = below.length === 0 && argument ? argumentOf(argument) : [];
  return [...below, ...named, ...own.map((part) => `${at} ${part}`)];
}

function optionValue(value: Offered): string[] {
  if (value.kind === 'words') return ['-x', `-a ${fishQuoted(value.words.join(' '))}`];
  if (value.kind === 'runs') return ['-x', `-a '(__lookalike_runs)'`];
  if (value.kind === 'folders') return ['-x', `-a '(__fish_complete_directories)'`];
  return [value.kind === 'files' ? '-rF' : '-x'];
}

function argumentOf(argument: Offered): string[] {
  if (argument.kind === 'words') return [`-a ${fishQuoted(argument.words.join(' '))}`];
  if (argument.kind === 'runs') return [`-a '(__lookalike_runs)'`];
  return argument.kind === 'files' ? ['-F'] : [];
}
