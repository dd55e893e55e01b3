import { realpath } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import * as vscode from 'vscode';
import { endingOf, IMAGE_FORMATS } from '../../../server/src/protocol/images/image-endings.js';

const KEY = 'photographFolders';
const PRIVATE = '.lookalike';
const SHOWN = new Set(IMAGE_FORMATS.filter(({ inPages }) => inPages).flatMap(({ endings }) => endings));

/** A photograph's own file and the folder for which it may be shown, or the folder that the user was not asked about. */
export type Whereabouts =
  | { readonly file: string; readonly within: string }
  | { readonly hiddenIn: string }
  | undefined;

/**
 * Which photographs a page may show: those of the workspace, of the experiment's private folder, and of folders that the
 * user let it show. Anyone may have written a run's folder, so where it leads elsewhere nothing is shown unasked.
 */
export class PhotographRoots {
  constructor(private readonly state: vscode.Memento) {}

  async allow(folder: string): Promise<void> {
    await this.state.update(KEY, [...new Set([...this.allowed(), folder])]);
  }

  /** Where a photograph that a run names really is, behind links; undefined where it is gone or no image. */
  async find(named: string, privateFolder: string | undefined): Promise<Whereabouts> {
    const file = await realpath(named).catch(() => undefined);
    if (!file || !SHOWN.has(endingOf(file).slice(1))) return undefined;
    const roots = [...workspaceFolders(), ...(privateFolder ? [privateFolder] : []), ...this.allowed()];
    const within = roots.find((root) => isWithin(root, file));
    return within ? { file, within } : { hiddenIn: dirname(file) };
  }

  private allowed(): string[] {
    return this.state.get<string[]>(KEY, []);
  }
}

/** The deepest folder that holds all of these files. */
export function commonFolder(files: readonly string[]): string {
  const [first = [], ...others] = files.map((file) => dirname(file).split(sep));
  const shared = first.findIndex((part, n) => others.some((other) => other[n] !== part));
  return (shared === -1 ? first : first.slice(0, shared)).join(sep) || sep;
}

export function isWithin(folder: string, file: string): boolean {
  return file.startsWith(folder.endsWith(sep) ? folder : join(folder, sep));
}

function workspaceFolders(): string[] {
  return (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
}

/** Of `.lookalike/runs/ID`: it is above the workspace where a folder of a repository was opened. */
export function privateFolderOf(runFolder: string): string | undefined {
  const folder = dirname(dirname(runFolder));
  return basename(folder) === PRIVATE ? folder : undefined;
}
