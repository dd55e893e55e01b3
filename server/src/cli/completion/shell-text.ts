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
