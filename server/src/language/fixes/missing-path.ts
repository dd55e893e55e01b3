import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { CreateFile, TextDocumentEdit } from 'vscode-languageserver-types';
import { URI } from 'vscode-uri';
import { pluginOf, usesOf } from '../../experiment/plugin-uses.js';
import { pathKindOf } from '../../plugins/params.js';
import type { Fix, FixMaker } from './fix.js';

/** Creates a folder, or a file with what the plugin's files begin with. A model cannot be made up. */
export const createPath: FixMaker = {
  codes: ['path-missing'],
  async create({ experiment }, { path, suggestion, repair }, { plugins, disk, createsFiles }) {
    if (repair || !createsFiles) return [];
    const key = String(path[path.length - 1]);
    const placed = usesOf(experiment.draft, plugins).find(({ at }) => isDeepStrictEqual(at, path.slice(0, -1)));
    const plugin = placed && pluginOf(placed, plugins);
    const file = String(placed?.use.params[key]);
    if (!plugin || (await disk.kindOf(file))) return [];
    const preferred = suggestion === undefined;
    if (pathKindOf(plugin.params, key) === 'folder') return [{ ...newFolder(file), preferred }];
    const text = plugin.newFile?.(key, placed.use.params);
    return text === undefined ? [] : [{ ...newFile(file, text), preferred }];
  },
};

/** The protocol creates folders only with a file in them. */
function newFolder(folder: string): Fix {
  const file = URI.file(join(folder, '.gitkeep')).toString();
  return {
    title: `Create the folder ${folder}`,
    files: [CreateFile.create(file, { ignoreIfExists: true })],
  };
}

function newFile(file: string, text: string): Fix {
  const uri = URI.file(file).toString();
  const start = { line: 0, character: 0 };
  const content = TextDocumentEdit.create({ uri, version: null }, [{ range: { start, end: start }, newText: text }]);
  return {
    title: `Create the file ${file}`,
    files: [CreateFile.create(uri, { ignoreIfExists: true }), content],
  };
}
