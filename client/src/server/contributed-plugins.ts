import { join, relative } from 'node:path';

/** An installed extension, as `vscode.extensions.all` lists it. */
interface InstalledExtension {
  readonly extensionPath: string;
  readonly packageJSON: unknown;
}

/**
 * Absolute paths of the modules of plugins that extensions bring along: `"contributes": {"lookalike": "./plugins.mjs"}`,
 * or a list of such. What is no path inside of its extension is left out.
 */
export function contributedPlugins(extensions: readonly InstalledExtension[]): string[] {
  return extensions.flatMap(({ extensionPath, packageJSON }) => {
    const { contributes } = (packageJSON ?? {}) as { contributes?: { lookalike?: unknown } };
    const modules = [contributes?.lookalike].flat().filter((module) => typeof module === 'string');
    return modules.map((module) => join(extensionPath, module)).filter((path) => isInside(extensionPath, path));
  });
}

function isInside(folder: string, path: string): boolean {
  return !/^(\.\.)?$/.test(relative(folder, path).split(/[\\/]/)[0] ?? '');
}
