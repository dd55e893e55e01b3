import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reachableFiles } from '../../../scripts/package/relative-links.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const text = (name: string) => readFileSync(join(ROOT, name), 'utf8');
const pagesIn = (folder: string) => readdirSync(join(ROOT, folder)).filter((name) => name.endsWith('.md'));
const PAGES = [...pagesIn('.'), ...pagesIn('docs').map((name) => `docs/${name}`)];

/** A link's file, as it is written, and the heading behind its `#`. Code is no link. */
function linksOf(page: string): { file: string; heading: string }[] {
  const prose = text(page)
    .replaceAll(/^```.*?^```/gms, '')
    .replaceAll(/`[^`\n]*`/g, '`');
  return [...prose.matchAll(/\]\((?![a-z]+:)([^)\s#]*)#?([^)\s]*)\)/gi)].map(([, file, heading]) => ({
    file,
    heading,
  }));
}

/** The anchors of a page's headings, as GitHub and VS Code make them: letters, digits, `-` and `_` of the lower-cased words. */
function anchorsOf(page: string): Set<string> {
  const headings = text(page).matchAll(/^#+ (.+)$/gm);
  const slug = (heading: string) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\-_ ]/gu, '')
      .replaceAll(' ', '-');
  return new Set([...headings].map(([, heading]) => slug(heading.trim())));
}

describe('Links of the pages', () => {
  for (const page of PAGES) {
    it(`lead to files and headings that are there: ${page}`, () => {
      const broken = linksOf(page).filter(({ file, heading }) => {
        const target = file === '' ? page : join(page, '..', file);
        return !existsSync(join(ROOT, target)) || (heading !== '' && !anchorsOf(target).has(heading));
      });
      assert.deepEqual(broken, []);
    });
  }

  it('lead from the README to every page of docs/', () => {
    const reached = reachableFiles(ROOT, 'README.md');
    const lost = pagesIn('docs').filter((name) => !reached.includes(`docs/${name}`));
    assert.deepEqual(lost, []);
  });
});
