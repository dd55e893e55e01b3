import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { URI } from 'vscode-uri';
import type { LanguageServices } from './services.js';

/** The file of a document; of one that is not saved, a file of its name in the first workspace folder. */
export function fileOfUri(uri: string, { workspaceFolders }: Pick<LanguageServices, 'workspaceFolders'>): string {
  const parsed = URI.parse(uri);
  if (parsed.scheme === 'file') return parsed.fsPath;
  return join(workspaceFolders[0] ?? homedir(), basename(parsed.path) || 'untitled');
}
