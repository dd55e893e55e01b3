import { REFERENCES, type ReferenceKey, type Work } from '../../protocol/results/references.js';
import type { Described } from '../../protocol/webview.js';

/** Software that a run was made with. */
export function softwareWork(name: string, version: string, details: Readonly<Record<string, string>>): Work {
  return {
    short: name,
    type: 'misc',
    fields: { ...details, ...(version !== '' && { note: `Version ${version}` }) },
  };
}

type Cited = Described['methods']['references'][number];

export function citedWork(key: ReferenceKey): Cited {
  return cited(key, REFERENCES[key]);
}

export function cited(key: string, work: Work): Cited {
  const fields = Object.entries(work.fields).map(([name, value]) => `  ${name} = {${latex(name, value)}},\n`);
  return { key, short: work.short, bibtex: `@${work.type}{${key},\n${fields.join('')}}\n` };
}

const SPECIAL: Readonly<Record<string, string>> = { '&': '\\&', '%': '\\%', '#': '\\#', _: '\\_', $: '\\$' };

/** In titles, words with a capital inside are kept as they are, which bibliography styles would make small. */
function latex(name: string, value: string): string {
  if (name === 'url') return value;
  const text = value.replace(/[&%#_$]/g, (character) => SPECIAL[character] as string);
  return name === 'title' ? text.replace(/(?<![\w-])\w*[A-Z0-9]\w*[A-Z]\w*(?:-\w+)*/g, (word) => `{${word}}`) : text;
}
