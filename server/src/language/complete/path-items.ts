import { type CompletionItem, CompletionItemKind } from 'vscode-languageserver-types';
import { parse } from 'yaml';
import { expandPath } from '../../experiment/variables.js';
import type { PathKind } from '../../plugins/params.js';
import type { DirectoryEntry } from '../disk.js';
import type { CompletionSite } from './site.js';
import { literal } from './snippet.js';

/** Files and folders in the folder that is written so far; only the last part of the path is typed over. */
export async function pathItems(site: CompletionSite, kind: PathKind): Promise<CompletionItem[]> {
  const { probed, services, document } = site;
  const [folder] = /^.*[/\\]/.exec(probed.typed) ?? [''];
  const { file } = document;
  const expanded = expandPath(folder || '.', {
    file,
    env: services.env,
    workspaceFolder: services.workspaceFolderOf(file),
  });
  if (!('path' in expanded)) return [];
  const entries = await services.disk.list(expanded.path);
  return entries
    .filter((entry) => isWanted(entry, kind) && isPlain(site, folder + entry.name))
    .map((entry) => pathItem(site, folder.length, entry));
}

function isWanted({ name, kind }: DirectoryEntry, wanted: PathKind): boolean {
  if (name.startsWith('.')) return false;
  return kind === 'folder' || wanted === 'file' || (wanted !== 'folder' && name.endsWith('.onnx'));
}

/** Whether a path may stand there as it is, without quotes that are not there, or escapes. */
function isPlain({ probed: { quoted, flow } }: CompletionSite, path: string): boolean {
  if (quoted) return !/["'\\]/.test(path);
  if (flow && /[,[\]{}]/.test(path)) return false;
  try {
    return parse(path) === path;
  } catch {
    return false;
  }
}

function pathItem(site: CompletionSite, skipped: number, { name, kind }: DirectoryEntry): CompletionItem {
  const { start, typed, rest, before, after } = site.probed;
  const [end] = /^[^/\\]*/.exec(rest) ?? [''];
  const text = kind === 'folder' && rest.length === end.length ? `${name}/` : name;
  const from = start + skipped;
  const isAtEnd = rest.length === end.length;
  const newText = (skipped === 0 ? before : '') + literal(text) + (isAtEnd ? after : '');
  return site.itemFor(from, start + typed.length + end.length, newText, {
    label: text,
    kind: kind === 'folder' ? CompletionItemKind.Folder : CompletionItemKind.File,
  });
}
