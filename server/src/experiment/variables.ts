import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';

/** What paths in a file are expanded with. */
export interface Variables {
  /** Absolute path of the experiment file. */
  readonly file: string;
  readonly workspaceFolder?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export type ExpandedPath = { readonly path: string } | { readonly unset: string };

/** Without a brace in its name: of many that are not closed, each would be looked for to the end. */
const VARIABLE = /\$\{(?:env:([^{}]+)|(workspaceFolder))\}/g;

/**
 * A path as the file writes it, made absolute: `~`, `${env:NAME}` and `${workspaceFolder}` are replaced, and
 * the rest is relative to the file. `unset` names an environment variable that is not set.
 */
export function expandPath(written: string, { file, workspaceFolder, env = {} }: Variables): ExpandedPath {
  const unset = [...written.matchAll(VARIABLE)].map((match) => match[1]).find((name) => name && !env[name]);
  if (unset) return { unset };
  const folder = dirname(file);
  const replaced = written.replace(VARIABLE, (_, name?: string) =>
    name ? (env[name] ?? '') : (workspaceFolder ?? folder),
  );
  const fromHome = replaced.replace(/^~(?=$|[\\/])/, homedir());
  return { path: resolve(folder, fromHome) };
}
