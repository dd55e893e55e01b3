import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseDocument } from 'yaml';
import type { Template } from '../protocol/lsp.js';

const ENDING = '.experiment.yaml';
/** What runs as it stands comes first, then what needs a folder of one's own; the others need data sets and downloads. */
const FIRST = ['quickstart', 'photographs', 'cloaks'].map((name) => `${name}${ENDING}`);
/** Beside `dist`, and where this runs from its source. */
const FOLDERS = ['../experiments', '../../../experiments'].map((path) =>
  join(dirname(fileURLToPath(import.meta.url)), path),
);

/** The product's own experiments, to begin with. */
export async function readTemplates(): Promise<Template[]> {
  for (const folder of FOLDERS) {
    const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(ENDING));
    if (names.length > 0) return Promise.all(inOrder(names).map((name) => readTemplate(folder, name)));
  }
  return [];
}

function inOrder(names: readonly string[]): string[] {
  return [...FIRST.filter((name) => names.includes(name)), ...names.filter((name) => !FIRST.includes(name)).sort()];
}

/** The comment at the top says what it is for. */
async function readTemplate(folder: string, fileName: string): Promise<Template> {
  const text = await readFile(join(folder, fileName), 'utf8');
  const document = parseDocument(text);
  const comment = /^(?:#.*\r?\n)*/.exec(text)?.[0] ?? '';
  const name = document.get('name');
  return {
    name: typeof name === 'string' ? name : fileName.slice(0, -ENDING.length),
    description: comment.replaceAll(/^# ?/gm, '').replaceAll(/\s+/g, ' ').trim(),
    fileName,
    text,
  };
}
