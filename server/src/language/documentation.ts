import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Plugin } from '../plugins/declare.js';

/** Beside `dist`, and where this runs from its source. */
const FOLDERS = ['../docs', '../../../docs'].map((path) => join(dirname(fileURLToPath(import.meta.url)), path));

type Page = 'diagnostics' | 'plugins';
const addresses = new Map<Page, ReadonlyMap<string, string>>();

/**
 * The address of what a page of the documents that come with the product says under a heading: the file with the
 * heading's line, `#L12`, which editors open. Undefined where the page or the heading is not there.
 */
export function documentationOf(page: Page, heading: string): string | undefined {
  const known = addresses.get(page) ?? readHeadings(`${page}.md`);
  addresses.set(page, known);
  return known.get(heading);
}

/** What a plugin's part of the page is called: some may have the name of one of another family. */
export function pluginHeading({ family, name }: Pick<Plugin, 'family' | 'name'>): string {
  return family === 'countermeasure' || family === 'executor' ? `${name} (${family})` : name;
}

function readHeadings(name: string): ReadonlyMap<string, string> {
  const file = FOLDERS.map((folder) => join(folder, name)).find(existsSync);
  if (!file) return new Map();
  const lines = readFileSync(file, 'utf8').split('\n');
  const address = pathToFileURL(file).href;
  const headings = lines.map((line, at) => [/^### (.+)/.exec(line)?.[1], `${address}#L${at + 1}`] as const);
  return new Map(headings.flatMap(([heading, link]) => (heading === undefined ? [] : [[heading, link]])));
}
