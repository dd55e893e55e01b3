import { relative } from 'node:path';
import { plugins as builtIn } from '../plugins/registry.js';
import { type Disk, realDisk } from './disk.js';
import type { Surroundings } from './document.js';
import type { RunStates } from './run-states.js';

/** What the language's features are given beside a document. */
export interface LanguageServices extends Surroundings {
  readonly disk: Disk;
  /** Whether the client knows snippets; otherwise it is given their texts. */
  readonly snippets: boolean;
  /** Whether the client can create files where an edit says so. */
  readonly createsFiles: boolean;
  /** Absent where nothing runs experiments. */
  readonly runs?: RunStates;
}

export type ServiceOptions = Partial<Omit<LanguageServices, 'workspaceFolderOf'>>;

/** The services of a server; each option stands in for the real thing. */
export function createServices(options: ServiceOptions = {}): LanguageServices {
  const workspaceFolders = options.workspaceFolders ?? [];
  return {
    plugins: builtIn,
    env: process.env,
    disk: realDisk,
    snippets: true,
    createsFiles: true,
    ...options,
    workspaceFolders,
    workspaceFolderOf: (file) => innermost(workspaceFolders.filter((folder) => holds(folder, file))),
  };
}

function holds(folder: string, file: string): boolean {
  const path = relative(folder, file);
  return path !== '' && !path.startsWith('..');
}

function innermost(folders: readonly string[]): string | undefined {
  return folders.toSorted((a, b) => b.length - a.length)[0];
}
