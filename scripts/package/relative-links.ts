import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

/** The files beside a Markdown text that it links to or shows, each once. */
export function relativeLinks(markdown: string): string[] {
  const targets = [...markdown.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)].map(([, target]) => target);
  return [...new Set(targets.filter((target) => !/^[a-z]+:/i.test(target)))];
}

/**
 * What a reader comes to from `page` by links alone: the pages and files that it links to or shows, and what those pages do,
 * by their paths below `root`. One that is not there is among them.
 */
export function reachableFiles(root: string, page: string): string[] {
  const reached = new Set([page]);
  for (const from of reached) {
    if (!from.endsWith('.md') || !existsSync(join(root, from))) continue;
    for (const link of relativeLinks(readFileSync(join(root, from), 'utf8'))) {
      reached.add(posix.normalize(posix.join(dirname(from), link)));
    }
  }
  reached.delete(page);
  return [...reached];
}
