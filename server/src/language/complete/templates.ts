import { readExperiment } from '../../experiment/read.js';
import { readTemplates } from '../../experiment/templates.js';
import type { Plugin } from '../../plugins/declare.js';
import { literal, Snippet } from './snippet.js';

/** An experiment to begin with, as a snippet. */
export interface SnippetTemplate {
  readonly name: string;
  readonly description: string;
  readonly snippet: string;
}

/** The product's own experiments that are in order with these plugins. */
export async function templatesFor(plugins: readonly Plugin[]): Promise<readonly SnippetTemplate[]> {
  const templates = await readTemplates();
  const sound = templates.filter(({ text, fileName }) => readExperiment(text, { file: fileName, plugins }).spec);
  return sound.map(({ name, description, text }) => ({ name, description, snippet: snippetOf(text) }));
}

/** Where people write something of their own, in the order of the file. */
const OWN = /^(name: |dataset: .*\broot: |queries: .*\bsample: )([^,}\n]+)/;

/** Without the comment at its top, which the list shows, and with a stop at what is a user's own. */
function snippetOf(text: string): string {
  const stops = new Snippet();
  const lines = text.replace(/^(?:#.*\r?\n)*/, '').split(/\r?\n/);
  return lines
    .map((line) => {
      const [, before, own] = OWN.exec(line) ?? [];
      if (before === undefined || own === undefined) return literal(line);
      return `${literal(before)}${stops.stop(own)}${literal(line.slice(before.length + own.length))}`;
    })
    .join('\n');
}
