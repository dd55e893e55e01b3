import type { CommandModel, Offered } from './command-model.js';

/** A text as one word of a POSIX shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * Lists the ids of the runs that `lookalike runs` lists, in a shell that has `local`: nothing is started for it. A folder
 * may have any name, and shells work out what stands in one: of others than ids nothing is offered.
 */
export const LIST_RUNS = `  local folder=$PWD
  while [ -n "$folder" ] && [ ! -d "$folder/.lookalike" ] && [ ! -e "$folder/.git" ]; do folder=\${folder%/*}; done
  [ -d "$folder/.lookalike/runs" ] && command ls "$folder/.lookalike/runs" | command grep -E '^[0-9a-z-]+$'`;

/** The pattern of a `case` that every command and group below `lookalike` itself fits. */
export function places(commands: readonly CommandModel[]): string {
  return commands
    .slice(1)
    .map(({ path }) => quoted(path))
    .join(' | ');
}

/** The branches of a `case` over `COMMAND:OPTION`, each of which offers what the option takes. */
export function valueCases(commands: readonly CommandModel[], offer: (offered: Offered) => string): string {
  const cases = commands.flatMap(({ path, options }) =>
    options.flatMap(({ flags, value }) => {
      if (!value) return [];
      const patterns = flags.map((flag) => quoted(`${path}:${flag}`)).join(' | ');
      return `    ${patterns}) ${offer(value)}; return ;;`;
    }),
  );
  return cases.join('\n');
}
